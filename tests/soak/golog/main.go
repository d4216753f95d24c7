// Command golog holds a log of ours against golang.org/x/mod/sumdb: somebody else's code for notes,
// tiles and proofs. It reads a folder as the log serves it (checkpoint, tile/...) and a receipt.
//
//	golog FOLDER VKEY RECEIPT OLDSIZE OLDROOT
//
// It ends with 1 and says why when anything does not hold.
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error, what string) {
	if err != nil {
		fmt.Println("FAIL", what, err)
		os.Exit(1)
	}
}

// served reads tiles from a folder. The library names a tile tile/8/L/N; C2SP leaves the height out.
type served struct{ folder string }

func (s served) Height() int { return 8 }

func (s served) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, t := range tiles {
		path := strings.TrimPrefix(t.Path(), "tile/8/")
		data, err := os.ReadFile(filepath.Join(s.folder, "tile", path))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (s served) SaveTiles([]tlog.Tile, [][]byte) {}

type act struct {
	Told, Salt, Kept string
	Index            int64
	Proof            []string
}

func main() {
	folder, vkey, receipt := os.Args[1], os.Args[2], os.Args[3]
	verifier, err := note.NewVerifier(vkey)
	must(err, "key")
	written, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	must(err, "checkpoint")
	opened, err := note.Open(written, note.VerifierList(verifier))
	must(err, "signature")
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		must(fmt.Errorf("%q", lines[0]), "origin")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, "size")
	raw, err := base64.StdEncoding.DecodeString(lines[2])
	must(err, "root")
	var root tlog.Hash
	copy(root[:], raw)
	tree := tlog.Tree{N: size, Hash: root}
	reader := tlog.TileHashReader(tree, served{folder})

	// Every entry is a leaf of the signed tree.
	var entries [][]byte
	for n := int64(0); n*256 < size; n++ {
		t := tlog.Tile{H: 8, L: 0, N: n, W: 256}
		if size-n*256 < 256 {
			t.W = int(size - n*256)
		}
		path := strings.TrimPrefix(t.Path(), "tile/8/0/")
		data, err := os.ReadFile(filepath.Join(folder, "tile", "entries", path))
		must(err, "entries")
		for len(data) > 0 {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				must(fmt.Errorf("cut off in %s", path), "entries")
			}
			length := int(binary.BigEndian.Uint16(data))
			entries = append(entries, data[2:2+length])
			data = data[2+length:]
		}
	}
	if int64(len(entries)) != size {
		must(fmt.Errorf("%d of %d", len(entries), size), "entries")
	}
	var indexes []int64
	for n := range entries {
		indexes = append(indexes, tlog.StoredHashIndex(0, int64(n)))
	}
	hashes, err := reader.ReadHashes(indexes)
	must(err, "tiles")
	for n, entry := range entries {
		if tlog.RecordHash(entry) != hashes[n] {
			must(fmt.Errorf("entry %d", n), "leaf")
		}
	}

	// The receipt's proofs are proofs to them too, and theirs are the same as ours.
	content, err := os.ReadFile(receipt)
	must(err, "receipt")
	var plain struct {
		Checkpoint string
		Acts       []act
	}
	must(json.Unmarshal(content, &plain), "receipt")
	for _, a := range plain.Acts {
		salt, err := hex.DecodeString(a.Salt)
		must(err, "salt")
		kept, err := hex.DecodeString(a.Kept)
		must(err, "kept")
		told := sha256.Sum256(append(salt, a.Told...))
		entry := sha256.Sum256(append(told[:], kept...))
		var proof tlog.RecordProof
		for _, one := range a.Proof {
			raw, err := base64.StdEncoding.DecodeString(one)
			must(err, "proof")
			var hash tlog.Hash
			copy(hash[:], raw)
			proof = append(proof, hash)
		}
		must(tlog.CheckRecord(proof, size, root, a.Index, tlog.RecordHash(entry[:])), "inclusion")
		theirs, err := tlog.ProveRecord(size, a.Index, reader)
		must(err, "prove")
		for i := range theirs {
			if theirs[i] != proof[i] || len(theirs) != len(proof) {
				must(fmt.Errorf("entry %d", a.Index), "proofs differ")
			}
		}
	}

	// The tree goes on from an older checkpoint.
	old, err := strconv.ParseInt(os.Args[4], 10, 64)
	must(err, "old size")
	raw, err = hex.DecodeString(os.Args[5])
	must(err, "old root")
	var oldRoot tlog.Hash
	copy(oldRoot[:], raw)
	goes, err := tlog.ProveTree(size, old, reader)
	must(err, "consistency")
	must(tlog.CheckTree(goes, size, root, old, oldRoot), "consistency")
	fmt.Printf("OK %d entries, %d acts, from %d on\n", size, len(plain.Acts), old)
}
