// Pictures: made small and bare on the phone. Drawing them anew leaves out place, time and make of
// the camera, because only the pixels are copied.

const SIDE = 1600;
const QUALITY = 0.8;
export const PHOTOS_MOST = 5;

export async function shaOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((one) => one.toString(16).padStart(2, "0")).join("");
}

const asBlob = (canvas) => new Promise((resolve, reject) => {
  canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", QUALITY);
});

/** A file of the camera as {sha, bytes, content, kind, stage}; throws for what is no picture. */
export async function smallPhoto(file, stage) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const share = Math.min(1, SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * share));
  canvas.height = Math.max(1, Math.round(image.height * share));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  const content = await (await asBlob(canvas)).arrayBuffer();
  canvas.width = 0;
  return { sha: await shaOf(content), bytes: content.byteLength, content, kind: "photo", stage };
}
