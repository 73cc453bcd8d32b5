package meili

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/meilisearch/meilisearch-go"
)

const testKey = "a test key"

// fake stands in for a Meilisearch server: it keeps documents, evaluates
// filters, order, distinct, pages and facets, and notes every call.
type fake struct {
	*httptest.Server

	mu       sync.Mutex
	indexes  map[string]*fakeIndex
	tasks    []map[string]any
	looked   map[int]bool // tasks that were looked at once
	calls    []call
	answerBy func(w http.ResponseWriter, r *http.Request) bool // answers instead, if it likes
	failNext string                                            // a type of task, of which the next fails
}

type fakeIndex struct {
	settings meilisearch.Settings
	docs     map[string]record
}

func (f *fakeIndex) keys() []string { return slices.Sorted(maps.Keys(f.docs)) }

// call is a request as the server got it.
type call struct {
	Method, Path, Authorization, Body string
}

func newFake(t *testing.T) *fake {
	f := &fake{indexes: map[string]*fakeIndex{}, looked: map[int]bool{}}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	return f
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, call{r.Method, r.URL.RequestURI(), r.Header.Get("Authorization"), string(body)})
	r.Body = io.NopCloser(bytes.NewReader(body))
	if f.answerBy != nil && f.answerBy(w, r) {
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+testKey {
		refuse(w, http.StatusForbidden, "invalid_api_key", "The provided API key is invalid.")
		return
	}
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch route := r.Method + " " + path[0] + "/" + strings.Join(path[min(2, len(path)):], "/"); route {
	case "GET health/":
		reply(w, http.StatusOK, map[string]any{"status": "available"})
	case "GET tasks/":
		f.task(w, path[1])
	case "POST multi-search/":
		f.multiSearch(w, body)
	case "POST indexes/":
		var in struct{ UID, PrimaryKey string }
		f.enqueue(w, "indexCreation", "", func() (string, error) {
			if err := json.Unmarshal(body, &in); err != nil {
				return "bad_request", err
			}
			if f.indexes[in.UID] != nil {
				return "index_already_exists", fmt.Errorf("index %s already exists", in.UID)
			}
			f.indexes[in.UID] = &fakeIndex{docs: map[string]record{}}
			return "", nil
		})
	case "DELETE indexes/":
		f.enqueue(w, "indexDeletion", path[1], func() (string, error) { delete(f.indexes, path[1]); return "", nil })
	case "PATCH indexes/settings":
		f.enqueue(w, "settingsUpdate", path[1], func() (string, error) {
			return "bad_request", json.Unmarshal(body, &f.indexes[path[1]].settings)
		})
	case "PUT indexes/settings/synonyms":
		f.enqueue(w, "settingsUpdate", path[1], func() (string, error) {
			f.indexes[path[1]].settings.Synonyms = nil
			return "bad_request", json.Unmarshal(body, &f.indexes[path[1]].settings.Synonyms)
		})
	case "POST indexes/documents":
		f.enqueue(w, "documentAdditionOrUpdate", path[1], func() (string, error) { return f.indexes[path[1]].add(body) })
	case "POST indexes/documents/delete":
		f.enqueue(w, "documentDeletion", path[1], func() (string, error) { return f.indexes[path[1]].remove(body) })
	case "POST swap-indexes/":
		f.enqueue(w, "indexSwap", "", func() (string, error) {
			var in []struct{ Indexes []string }
			if err := json.Unmarshal(body, &in); err != nil {
				return "bad_request", err
			}
			a, b := in[0].Indexes[0], in[0].Indexes[1]
			f.indexes[a], f.indexes[b] = f.indexes[b], f.indexes[a]
			return "", nil
		})
	default:
		refuse(w, http.StatusNotFound, "not_found", route)
	}
}

func (f *fakeIndex) add(body []byte) (string, error) {
	var docs []record
	if err := json.Unmarshal(body, &docs); err != nil {
		return "malformed_payload", err
	}
	for _, d := range docs {
		key, ok := d[keyField].(string)
		if !ok || !keyPattern.MatchString(key) {
			return "invalid_document_id", fmt.Errorf("document identifier %v is invalid", d[keyField])
		}
		if g, there := d["_geo"]; there {
			if _, ok := pointOf(d); !ok {
				return "invalid_document_geo_field", fmt.Errorf("bad _geo %v", g)
			}
		}
		f.docs[key] = d
	}
	return "", nil
}

func (f *fakeIndex) remove(body []byte) (string, error) {
	var in struct{ Filter string }
	if err := json.Unmarshal(body, &in); err != nil {
		return "bad_request", err
	}
	for key, d := range f.docs {
		ok, err := evaluate(in.Filter, f.settings.FilterableAttributes, d)
		if err != nil {
			return "invalid_document_filter", err
		}
		if ok {
			delete(f.docs, key)
		}
	}
	return "", nil
}

// enqueue does a task at once, and tells of it as of one that will be done.
func (f *fake) enqueue(w http.ResponseWriter, kind, index string, do func() (code string, err error)) {
	task := map[string]any{"uid": len(f.tasks), "type": kind, "status": "succeeded", "indexUid": index}
	code, err := "internal", error(nil)
	switch {
	case f.failNext == kind:
		f.failNext = ""
		err = fmt.Errorf("made to fail")
	case index != "" && f.indexes[index] == nil:
		code, err = "index_not_found", fmt.Errorf("index %s not found", index)
	default:
		code, err = do()
	}
	if err != nil {
		task["status"], task["error"] = "failed", map[string]any{"code": code, "message": err.Error(), "type": "invalid_request"}
	}
	f.tasks = append(f.tasks, task)
	reply(w, http.StatusAccepted, map[string]any{"taskUid": task["uid"], "status": "enqueued", "type": kind, "indexUid": index, "enqueuedAt": "2026-11-23T18:00:00Z"})
}

// task tells of a task; the first time it is asked for it is not done yet.
func (f *fake) task(w http.ResponseWriter, number string) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(f.tasks) {
		refuse(w, http.StatusNotFound, "task_not_found", number)
		return
	}
	task := maps.Clone(f.tasks[n])
	if !f.looked[n] {
		f.looked[n] = true
		task["status"] = "processing"
		delete(task, "error")
	}
	reply(w, http.StatusOK, task)
}

func (f *fake) multiSearch(w http.ResponseWriter, body []byte) {
	var in struct{ Queries []*meilisearch.SearchRequest }
	if err := json.Unmarshal(body, &in); err != nil {
		refuse(w, http.StatusBadRequest, "bad_request", err.Error())
		return
	}
	results := []any{}
	for i, q := range in.Queries {
		index := f.indexes[q.IndexUID]
		if index == nil {
			refuse(w, http.StatusBadRequest, "index_not_found", q.IndexUID)
			return
		}
		r, err := index.search(q)
		if err != nil {
			refuse(w, http.StatusBadRequest, "invalid_search", fmt.Sprintf("Inside `.queries[%d]`: %v", i, err))
			return
		}
		results = append(results, r)
	}
	reply(w, http.StatusOK, map[string]any{"results": results})
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(err)
	}
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	reply(w, status, map[string]any{"code": code, "message": message, "type": "invalid_request", "link": ""})
}
