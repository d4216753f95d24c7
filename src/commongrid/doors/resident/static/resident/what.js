// Step 1: a search over the kinds. Without scripts the groups and the suggestion button do.
const search = document.querySelector("[data-filters]");
const list = search && document.getElementById(search.dataset.filters);
if (list) {
  const box = search.closest(".type-search");
  const says = box.querySelector("[data-none]");
  const groups = [...list.querySelectorAll("details")];
  const wasOpen = new Map(groups.map((group) => [group, group.open]));
  box.hidden = false;
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    let left = 0;
    for (const group of groups) {
      let here = 0;
      for (const label of group.querySelectorAll("label")) {
        label.hidden = wanted !== "" && !label.dataset.words.toLowerCase().includes(wanted);
        here += label.hidden ? 0 : 1;
      }
      group.hidden = here === 0;
      group.open = wanted === "" ? wasOpen.get(group) : here > 0;
      left += here;
    }
    says.textContent = left ? "" : says.dataset.none;
  });
  // Enter in the search box must not send the whole form.
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

// With scripts the suggestions come by themselves.
for (const part of document.querySelectorAll(".no-script-do")) part.hidden = true;
