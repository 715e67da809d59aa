// Command check reads a book that Comuna exported with what Go's checksum database is made of
// (golang.org/x/mod/sumdb: note and tlog), which nobody here wrote.
//
// It takes a question as JSON on standard input and answers with JSON: every fault that it finds, none for a book
// that is as it should be. tests/test_golang.py asks.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8 // of a tile: 256 hashes

// A Question is about an export and about proofs that Comuna made.
type Question struct {
	Book       string            // the folder of the export; empty: only proof files
	Key        string            // the verifier key of the book
	Witnesses  []string          // verifier keys of witnesses
	Inclusion  map[string]Proof  // act → Comuna's proof that it stands in the book
	Consistent map[string]Proof  // size → Comuna's proof that so many acts begin the book
	Files      map[string]string // name → a .tlog-proof file
}

// An Answer says what was found. Cosigned holds the times (Unix seconds) at which witnesses cosigned, by name.
type Answer struct {
	Size     int64
	Root     string
	Cosigned map[string]int64
	Checked  map[string]int
	Faults   []string
}

// A Proof is a list of hashes in base64, as tlog writes them in JSON.
type Proof []tlog.Hash

func main() {
	var q Question
	if err := json.NewDecoder(os.Stdin).Decode(&q); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	a := &Answer{Cosigned: map[string]int64{}, Checked: map[string]int{}}
	a.answer(q)
	if err := json.NewEncoder(os.Stdout).Encode(a); err != nil {
		os.Exit(2)
	}
}

func (a *Answer) fault(format string, args ...interface{}) {
	a.Faults = append(a.Faults, fmt.Sprintf(format, args...))
}

func (a *Answer) answer(q Question) {
	book, err := note.NewVerifier(q.Key)
	if err != nil {
		a.fault("key: %v", err)
		return
	}
	known := []note.Verifier{book}
	for _, key := range q.Witnesses {
		witness, err := newWitness(key)
		if err != nil {
			a.fault("witness: %v", err)
			return
		}
		known = append(known, witness)
	}
	if q.Book != "" {
		a.book(q, known)
	}
	for name, text := range q.Files {
		if err := a.file([]byte(text), known); err != nil {
			a.fault("%s: %v", name, err)
		}
	}
}

// checkpoint opens a signed note and reads its three lines.
func (a *Answer) checkpoint(msg []byte, known []note.Verifier) (tree tlog.Tree, err error) {
	n, err := note.Open(msg, note.VerifierList(known...))
	if err != nil {
		return tree, err
	}
	signed := false
	for _, s := range n.Sigs {
		signed = signed || s.Name == known[0].Name()
		for _, v := range known[1:] {
			if s.Name == v.Name() {
				raw, _ := base64.StdEncoding.DecodeString(s.Base64)
				a.Cosigned[s.Name] = int64(binary.BigEndian.Uint64(raw[4:]))
			}
		}
	}
	if !signed {
		return tree, fmt.Errorf("not signed by %s", known[0].Name())
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != known[0].Name() {
		return tree, fmt.Errorf("not the three lines of a checkpoint of %s", known[0].Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return tree, fmt.Errorf("size %q", lines[1])
	}
	hash, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: hash}, err
}

// book reads the whole export, and holds Comuna's proofs against those that tlog makes from Comuna's tiles.
func (a *Answer) book(q Question, known []note.Verifier) {
	msg, err := os.ReadFile(filepath.Join(q.Book, "checkpoint"))
	if err != nil {
		a.fault("checkpoint: %v", err)
		return
	}
	tree, err := a.checkpoint(msg, known)
	if err != nil {
		a.fault("checkpoint: %v", err)
		return
	}
	a.Size, a.Root = tree.N, tree.Hash.String()
	tiles := &folder{q.Book, map[string][]byte{}}
	reader := tlog.TileHashReader(tree, tiles)
	leaves, err := a.leaves(q.Book, tree.N)
	if err != nil {
		a.fault("leaves: %v", err)
		return
	}
	for n, leaf := range leaves {
		if err := checkRecord(tree, reader, int64(n), leaf, q.Inclusion); err != nil {
			a.fault("act %d: %v", n, err)
			return
		}
		a.Checked["inclusion"]++
	}
	if len(q.Inclusion) != a.Checked["inclusion"] {
		a.fault("%d proofs for %d acts", len(q.Inclusion), a.Checked["inclusion"])
	}
	for written, ours := range q.Consistent {
		if err := checkTree(tree, reader, written, leaves, ours); err != nil {
			a.fault("size %s: %v", written, err)
			return
		}
		a.Checked["consistency"]++
	}
	if older, err := os.ReadFile(filepath.Join(q.Book, "checkpoint.cosigned")); err == nil {
		was, err := a.checkpoint(older, known)
		if err != nil {
			a.fault("checkpoint.cosigned: %v", err)
		} else if hash, err := tlog.TreeHash(was.N, reader); err != nil || hash != was.Hash {
			a.fault("checkpoint.cosigned is not the beginning of the book: %v", err)
		}
		a.Checked["cosigned"]++
	}
}

func checkRecord(tree tlog.Tree, reader tlog.HashReader, n int64, leaf []byte, ours map[string]Proof) error {
	hash := tlog.RecordHash(leaf)
	stored, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
	if err != nil {
		return err
	}
	if stored[0] != hash {
		return fmt.Errorf("its hash is not in the tile")
	}
	proof, err := tlog.ProveRecord(tree.N, n, reader)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, hash); err != nil {
		return err
	}
	theirs := tlog.RecordProof(ours[strconv.FormatInt(n, 10)])
	if err := tlog.CheckRecord(theirs, tree.N, tree.Hash, n, hash); err != nil {
		return fmt.Errorf("Comuna's proof: %v", err)
	}
	return same(proof, theirs)
}

func checkTree(tree tlog.Tree, reader tlog.HashReader, written string, leaves [][]byte, ours Proof) error {
	old, err := strconv.ParseInt(written, 10, 64)
	if err != nil {
		return err
	}
	hash, err := tlog.TreeHash(old, reader)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, old, reader)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, old, hash); err != nil {
		return err
	}
	if err := tlog.CheckTree(tlog.TreeProof(ours), tree.N, tree.Hash, old, hash); err != nil {
		return fmt.Errorf("Comuna's proof: %v", err)
	}
	return same(proof, ours)
}

func same(theirs, ours []tlog.Hash) error {
	if len(theirs) != len(ours) {
		return fmt.Errorf("a proof of %d hashes, and Comuna's of %d", len(theirs), len(ours))
	}
	for i := range theirs {
		if theirs[i] != ours[i] {
			return fmt.Errorf("hash %d of Comuna's proof is another", i)
		}
	}
	return nil
}

// leaves reads the bundles of leaves.
func (a *Answer) leaves(book string, size int64) (leaves [][]byte, err error) {
	for at := int64(0); at < size; at += 1 << height {
		width := size - at
		if width > 1<<height {
			width = 1 << height
		}
		tile := tlog.Tile{H: height, L: 0, N: at >> height, W: int(width)}
		path := strings.Replace(pathOf(tile), "tile/0/", "tile/entries/", 1)
		data, err := os.ReadFile(filepath.Join(book, path))
		if err != nil {
			return nil, err
		}
		for i := int64(0); i < width; i++ {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return nil, fmt.Errorf("%s breaks off", path)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			leaves = append(leaves, data[2:end])
			data = data[end:]
		}
		if len(data) > 0 {
			return nil, fmt.Errorf("%s has bytes after its leaves", path)
		}
	}
	return leaves, nil
}

// file reads a .tlog-proof file (C2SP tlog-proof) and checks the path in it.
func (a *Answer) file(text []byte, known []note.Verifier) error {
	parts := bytes.SplitN(text, []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	if len(parts) != 2 || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("no proof file")
	}
	if !strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		return fmt.Errorf("no extra line, or no index")
	}
	raw, err := base64.StdEncoding.DecodeString(lines[1][len("extra "):])
	if err != nil {
		return err
	}
	var extra struct{ Leaf string }
	if err := json.Unmarshal(raw, &extra); err != nil {
		return err
	}
	index, err := strconv.ParseInt(lines[2][len("index "):], 10, 64)
	if err != nil {
		return err
	}
	proof := tlog.RecordProof{}
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	tree, err := a.checkpoint(parts[1], known)
	if err != nil {
		return err
	}
	if index < 0 || index >= tree.N {
		return fmt.Errorf("act %d of %d", index, tree.N)
	}
	a.Checked["files"]++
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash([]byte(extra.Leaf)))
}

// A folder hands tlog the tiles of an export. tlog checks them against the tree before it believes them.
type folder struct {
	path string
	read map[string][]byte
}

// pathOf is where C2SP tlog-tiles puts a tile: as tlog does, but for the height, which is always 8.
func pathOf(t tlog.Tile) string {
	return strings.Replace(t.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
}

func (f *folder) Height() int { return height }

func (f *folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(tiles))
	for i, tile := range tiles {
		path := pathOf(tile)
		if _, there := f.read[path]; !there {
			data, err := os.ReadFile(filepath.Join(f.path, path))
			if err != nil {
				return nil, err
			}
			f.read[path] = data
		}
		found[i] = f.read[path]
	}
	return found, nil
}

func (f *folder) SaveTiles([]tlog.Tile, [][]byte) {}

// A witness verifies cosignatures (C2SP tlog-cosignature), which are younger than package note.
type witness struct {
	name string
	key  []byte
}

func newWitness(written string) (note.Verifier, error) {
	parts := strings.SplitN(written, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("%q is no verifier key", written)
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) != 33 || raw[0] != 4 {
		return nil, fmt.Errorf("%q is no key of a witness", written)
	}
	w := witness{parts[0], raw[1:]}
	if fmt.Sprintf("%08x", w.KeyHash()) != parts[1] {
		return nil, fmt.Errorf("%q has another id", written)
	}
	return w, nil
}

func (w witness) Name() string { return w.name }

func (w witness) KeyHash() uint32 {
	sum := sha256.Sum256(append([]byte(w.name+"\n\x04"), w.key...))
	return binary.BigEndian.Uint32(sum[:])
}

func (w witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(w.key, []byte(signed), sig[8:])
}
