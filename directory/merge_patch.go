package directory

import (
	"encoding/json"
	"reflect"
)

// tree is a JSON object.
type tree = map[string]any

// treeOf is a value as a JSON object.
func treeOf(v any) (tree, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var t tree
	err = json.Unmarshal(b, &t)
	return t, err
}

// untracked are the parts of documents that say when, not what.
var untracked = wordSet("id version updatedAt last_modified")

// difference is what tells two objects apart, as it is in each of them; what
// stands in neither is the same in both.
func difference(before, after tree) (from, to tree) {
	from, to = tree{}, tree{}
	for name := range before {
		if _, there := after[name]; !there && !untracked[name] {
			from[name] = before[name]
		}
	}
	for name, now := range after {
		was, there := before[name]
		wasTree, one := was.(tree)
		nowTree, two := now.(tree)
		switch {
		case untracked[name] || there && reflect.DeepEqual(was, now):
		case one && two:
			from[name], to[name] = difference(wasTree, nowTree)
		default:
			to[name] = now
			if there {
				from[name] = was
			}
		}
	}
	return from, to
}

// carry changes now as from was changed into to. What somebody has changed
// otherwise meanwhile stays as it is; done twice is as good as once.
func carry(now, from, to tree) {
	for name := range union(from, to) {
		was, hadBefore := from[name]
		wanted, hasAfter := to[name]
		is, there := now[name]
		wasTree, one := was.(tree)
		wantedTree, two := wanted.(tree)
		isTree, three := is.(tree)
		switch {
		case one && two && three:
			carry(isTree, wasTree, wantedTree)
		case there != hadBefore || !reflect.DeepEqual(is, was):
		case hasAfter:
			now[name] = wanted
		default:
			delete(now, name)
		}
	}
}

func union(a, b tree) map[string]bool {
	out := map[string]bool{}
	for _, t := range []tree{a, b} {
		for name := range t {
			out[name] = true
		}
	}
	return out
}
