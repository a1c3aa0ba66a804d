// Command verifier checks a log with the code of Go's checksum database (golang.org/x/mod/sumdb, packages note and
// tlog), none of which is ours: signatures, hashes, proofs and the authentication of tiles are theirs. Ours is only
// what C2SP changed since: the paths of tiles, the entry bundles, the three-line checkpoint, the text form of proofs,
// and the message under a cosignature.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func main() {
	commands := map[string]func([]string) error{
		"log": checkLog, "rebuild": rebuild, "receipt": checkReceipt, "grown": checkGrown, "sign": sign, "vectors": vectors,
	}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "verifier log|rebuild|receipt|grown|sign|vectors ...")
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// checkLog DIR KEY [WITNESS]: signature and cosignature, every tile authenticated against the signed root, every entry
// against its tile, a proof for some entries, and the chain of every case.
func checkLog(args []string) error {
	tree, err := openCheckpoint(filepath.Join(args[0], "checkpoint"), args[1:]...)
	if err != nil {
		return err
	}
	hashes := tlog.TileHashReader(tree, folder(args[0]))
	last := map[string]link{}
	for start := int64(0); start < tree.N; start += 1 << height {
		entries, err := bundle(args[0], start, tree.N)
		if err != nil {
			return err
		}
		stored, err := leafHashes(hashes, start, len(entries))
		if err != nil {
			return err
		}
		for i, entry := range entries {
			n := start + int64(i)
			if tlog.RecordHash(entry) != stored[i] {
				return fmt.Errorf("entry %d: hash mismatch", n)
			}
			if err := follow(last, entry); err != nil {
				return fmt.Errorf("entry %d: %v", n, err)
			}
		}
		if err := prove(tree, start, hashes, stored[0]); err != nil {
			return err
		}
	}
	fmt.Printf("%d entries hold\n", tree.N)
	return nil
}

// rebuild DIR KEY: the signature, the tree from the entries, and every leaf tile; prints the seconds that it took. The
// work of items 1 and 2 of our own verification, to compare the cost.
func rebuild(args []string) error {
	began := time.Now()
	tree, err := openCheckpoint(filepath.Join(args[0], "checkpoint"), args[1])
	if err != nil {
		return err
	}
	var stack []tlog.Hash
	for start := int64(0); start < tree.N; start += 1 << height {
		entries, err := bundle(args[0], start, tree.N)
		if err != nil {
			return err
		}
		tile, err := folder(args[0]).read(tlog.Tile{H: height, L: 0, N: start >> height, W: len(entries)})
		if err != nil {
			return err
		}
		for i, entry := range entries {
			hash := tlog.RecordHash(entry)
			if !bytes.Equal(hash[:], tile[i*tlog.HashSize:(i+1)*tlog.HashSize]) {
				return fmt.Errorf("entry %d: hash mismatch", start+int64(i))
			}
			for n := start + int64(i); n&1 == 1; n >>= 1 {
				hash = tlog.NodeHash(stack[len(stack)-1], hash)
				stack = stack[:len(stack)-1]
			}
			stack = append(stack, hash)
		}
	}
	root := stack[len(stack)-1]
	for i := len(stack) - 2; i >= 0; i-- {
		root = tlog.NodeHash(stack[i], root)
	}
	if root != tree.Hash {
		return errors.New("the entries do not lead to the signed root")
	}
	fmt.Printf("%.3f\n", time.Since(began).Seconds())
	return nil
}

// checkReceipt FILE ENTRY KEY [WITNESS]: a proof in the text form of c2sp.org/tlog-proof, for the entry in a file.
func checkReceipt(args []string) error {
	receipt, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	entry, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	head, signed, ok := strings.Cut(string(receipt), "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a proof")
	}
	lines = lines[1:]
	if strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	if err != nil {
		return err
	}
	tree, err := parseCheckpoint([]byte(signed), args[2:]...)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

// checkGrown DIR OLD KEY: that the log in a folder begins with the one whose checkpoint is in the file OLD.
func checkGrown(args []string) error {
	tree, err := openCheckpoint(filepath.Join(args[0], "checkpoint"), args[2])
	if err != nil {
		return err
	}
	old, err := openCheckpoint(args[1], args[2])
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, old.N, tlog.TileHashReader(tree, folder(args[0])))
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

// sign PRIVATE TEXT: writes TEXT as a note signed by Go.
func sign(args []string) error {
	signer, err := note.NewSigner(args[0])
	if err != nil {
		return err
	}
	signed, err := note.Sign(&note.Note{Text: args[1]}, signer)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(signed)
	return err
}

// vectors SIZE STEP: roots and proofs of Go's code over the entries "leaf 0", "leaf 1" and so on, as JSON lines.
func vectors(args []string) error {
	size, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil {
		return err
	}
	step, err := strconv.ParseInt(args[1], 10, 64)
	if err != nil {
		return err
	}
	var stored memory
	out := json.NewEncoder(os.Stdout)
	for n := int64(0); n < size; n++ {
		hashes, err := tlog.StoredHashes(n, []byte(fmt.Sprintf("leaf %d", n)), stored)
		if err != nil {
			return err
		}
		stored = append(stored, hashes...)
		root, err := tlog.TreeHash(n+1, stored)
		if err != nil {
			return err
		}
		inclusion, consistency := map[int64]tlog.RecordProof{}, map[int64]tlog.TreeProof{}
		for m := n % step; m <= n; m += step {
			if inclusion[m], err = tlog.ProveRecord(n+1, m, stored); err != nil {
				return err
			}
			if consistency[m+1], err = tlog.ProveTree(n+1, m+1, stored); err != nil {
				return err
			}
		}
		if err := out.Encode(map[string]any{
			"size": n + 1, "root": root, "inclusion": inclusion, "consistency": consistency,
		}); err != nil {
			return err
		}
	}
	return nil
}

type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		found[i] = m[index]
	}
	return found, nil
}

func prove(tree tlog.Tree, n int64, hashes tlog.HashReader, leaf tlog.Hash) error {
	proof, err := tlog.ProveRecord(tree.N, n, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaf)
}

func leafHashes(hashes tlog.HashReader, start int64, count int) ([]tlog.Hash, error) {
	indexes := make([]int64, count)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, start+int64(i))
	}
	return hashes.ReadHashes(indexes)
}

// folder reads tiles of hashes by C2SP's paths, which leave out the height that Go's have.
type folder string

func (f folder) Height() int { return height }

func (f folder) read(tile tlog.Tile) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(f), strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(tiles))
	for i, tile := range tiles {
		data, err := f.read(tile)
		if err != nil {
			return nil, err
		}
		found[i] = data
	}
	return found, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

// bundle reads the entries from start on, out of c2sp.org/tlog-tiles' entry bundles.
func bundle(dir string, start, size int64) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: -1, N: start >> height, W: 1 << height}
	if size-start < int64(tile.W) {
		tile.W = int(size - start)
	}
	path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) >= 2 {
		end := 2 + int(binary.BigEndian.Uint16(data))
		if end > len(data) {
			break
		}
		entries, data = append(entries, data[2:end]), data[end:]
	}
	if len(data) != 0 || len(entries) != tile.W {
		return nil, fmt.Errorf("%s: not %d entries", path, tile.W)
	}
	return entries, nil
}

func openCheckpoint(path string, keys ...string) (tlog.Tree, error) {
	signed, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	return parseCheckpoint(signed, keys...)
}

// parseCheckpoint opens a checkpoint that every one of the keys must have signed; the first is the log's.
func parseCheckpoint(signed []byte, keys ...string) (tlog.Tree, error) {
	var tree tlog.Tree
	var verifiers []note.Verifier
	for i, key := range keys {
		open := note.NewVerifier
		if i > 0 {
			open = newCosigner
		}
		verifier, err := open(key)
		if err != nil {
			return tree, err
		}
		verifiers = append(verifiers, verifier)
	}
	opened, err := note.Open(signed, note.VerifierList(verifiers...))
	if err != nil {
		return tree, err
	}
	if len(opened.Sigs) != len(keys) {
		return tree, fmt.Errorf("%d of %d keys signed", len(opened.Sigs), len(keys))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifiers[0].Name() {
		return tree, errors.New("not a checkpoint of this log")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// cosigner verifies c2sp.org/tlog-cosignature, which is younger than Go's package.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newCosigner(text string) (note.Verifier, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("not a verifier key")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, errors.New("not a cosigner's key")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	hash := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return nil, errors.New("another key's id")
	}
	return &cosigner{parts[0], hash, key[1:]}, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }
func (c *cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(signature), text)
	return ed25519.Verify(c.key, []byte(message), signature[8:])
}

type link struct {
	n    int
	hash string
}

// follow checks that an entry continues its case.
func follow(last map[string]link, entry []byte) error {
	var leaf struct {
		Case, Prev string
		N          int
	}
	if err := json.Unmarshal(entry, &leaf); err != nil {
		return err
	}
	if leaf.Case == "" {
		return nil
	}
	want := link{n: -1}
	if before, ok := last[leaf.Case]; ok {
		want = before
	}
	if leaf.N != want.n+1 || leaf.Prev != want.hash {
		return fmt.Errorf("it does not follow entry %d of its case", want.n)
	}
	hash := tlog.RecordHash(entry)
	last[leaf.Case] = link{leaf.N, base64.RawURLEncoding.EncodeToString(hash[:])}
	return nil
}
