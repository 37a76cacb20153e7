package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/health"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/utils/kube"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/utils/tracing"
	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
)

// The names that Argo CD goes by.
const (
	manager    = "argocd-controller"
	trackingID = "argocd.argoproj.io/tracking-id"
)

type outcome struct {
	Object  string `json:"object"`
	Sync    string `json:"sync"`
	Action  string `json:"action,omitempty"`
	Health  string `json:"health,omitempty"`
	Message string `json:"message,omitempty"`
	Error   string `json:"error,omitempty"`
}

type round struct {
	At       time.Time  `json:"at"`
	Round    int        `json:"round"`
	Millis   int64      `json:"millis"`
	Revision string     `json:"revision,omitempty"`
	Sync     string     `json:"sync,omitempty"`
	Applied  string     `json:"applied,omitempty"` // why: a new revision, or selfHeal
	Objects  []*outcome `json:"objects"`
	Health   string     `json:"health,omitempty"`
	Error    string     `json:"error,omitempty"`
}

// application is one Application with automated sync and selfHeal, and its controller.
type application struct {
	dir, name, namespace                           string
	serverSideDiff, serverSideApply, outOfSyncOnly bool
	healAfter                                      []time.Duration // first, factor, at most; empty: at once

	config  *rest.Config
	kubectl *kube.KubectlCmd
	live    cache.ClusterCache

	lastRevision string // that was synced with success or without
	lastFailed   bool
	lastEnded    time.Time
	heals        int
}

func (a *application) connect(config *rest.Config) error {
	a.config = config
	a.kubectl = &kube.KubectlCmd{Log: logr.Discard(), Tracer: tracing.NopTracer{}}
	a.live = cache.NewClusterCache(config,
		cache.SetKubectl(a.kubectl),
		cache.SetLogr(logr.Discard()),
		cache.SetNamespaces([]string{a.namespace}),
		cache.SetRespectRBAC(cache.RespectRbacNormal),
		cache.SetPopulateResourceInfoHandler(func(object *unstructured.Unstructured, root bool) (any, bool) {
			mine := root && strings.HasPrefix(object.GetAnnotations()[trackingID], a.name+":")
			return mine, mine
		}))
	return a.live.EnsureSynced()
}

// refresh compares, and syncs if that shows anything OutOfSync: everything for a new revision; for one that was synced before,
// as selfHeal does, what is OutOfSync and nothing else. A sync that failed is not tried again for the same revision.
func (a *application) refresh(ctx context.Context, r *round) error {
	targets, revision, err := a.read()
	if err != nil {
		return err
	}
	r.Revision = revision
	if err := a.live.EnsureSynced(); err != nil {
		return err
	}
	lives, err := a.live.GetManagedLiveObjs(targets, func(resource *cache.Resource) bool {
		mine, ok := resource.Info.(bool)
		return ok && mine
	})
	if err != nil {
		return err
	}
	both := sync.Reconcile(targets, lives, a.namespace, a.live)
	differences, err := a.compare(ctx, both)
	if err != nil {
		return err
	}
	outOfSync := a.judge(both, differences, r)
	if r.Sync == "Synced" {
		return nil
	}
	healing := revision == a.lastRevision
	if healing && a.lastFailed {
		return errors.New("the last sync of this revision failed and is not tried again")
	}
	if healing && time.Since(a.lastEnded) < a.delay() {
		return nil
	}
	r.Applied = "revision"
	if healing {
		r.Applied = "selfHeal"
		a.heals++
	} else {
		a.heals = 0
	}
	err = a.apply(ctx, both, differences, revision, outOfSync, healing, r)
	a.lastRevision, a.lastFailed, a.lastEnded = revision, err != nil, time.Now()
	return err
}

func (a *application) delay() time.Duration {
	if len(a.healAfter) == 0 || a.heals == 0 {
		return 0
	}
	d := a.healAfter[0]
	for i := 1; i < a.heals && d < a.healAfter[2]; i++ {
		d *= a.healAfter[1]
	}
	return min(d, a.healAfter[2])
}

func (a *application) compare(ctx context.Context, both sync.ReconciliationResult) (*diff.DiffResultList, error) {
	options := []diff.Option{
		diff.WithLogr(logr.Discard()),
		diff.WithNormalizer(withoutStatus{}),
		diff.WithGVKParser(a.live.GetGVKParser()),
		diff.WithManager(manager),
		diff.WithServerSideDiff(a.serverSideDiff),
	}
	if a.serverSideDiff {
		applier, cleanup, err := a.kubectl.ManageServerSideDiffDryRuns(a.config)
		if err != nil {
			return nil, err
		}
		defer cleanup()
		options = append(options, diff.WithServerSideDryRunner(diff.NewK8sServerSideDryRunner(applier)))
	}
	return diff.DiffArray(ctx, both.Target, both.Live, options...)
}

// withoutStatus is what Argo CD ignores of every object by default.
type withoutStatus struct{}

func (withoutStatus) Normalize(object *unstructured.Unstructured) error {
	if object != nil {
		unstructured.RemoveNestedField(object.Object, "status")
	}
	return nil
}

// judge says of each object whether it is Synced and how well it is, and returns those that are not Synced.
func (a *application) judge(both sync.ReconciliationResult, differences *diff.DiffResultList, r *round) map[kube.ResourceKey]*outcome {
	notSynced := map[kube.ResourceKey]*outcome{}
	worst := health.HealthStatusHealthy
	r.Sync = "Synced"
	for i, target := range both.Target {
		live := both.Live[i]
		object := live
		if object == nil {
			object = target
		}
		if !a.isSelfReferenced(live, target) {
			continue // carries a copy of another object's tracking annotation
		}
		o := &outcome{Object: object.GetKind() + "/" + object.GetNamespace() + "/" + object.GetName(), Sync: "Synced"}
		r.Objects = append(r.Objects, o)
		if target == nil || live == nil || differences.Diffs[i].Modified {
			o.Sync, r.Sync = "OutOfSync", "OutOfSync"
			notSynced[kube.GetResourceKey(object)] = o
		}
		if live == nil {
			o.Health = string(health.HealthStatusMissing)
			continue
		}
		status, err := health.GetResourceHealth(live, nil)
		if err != nil {
			o.Message = err.Error()
		}
		if status != nil { // none for kinds that the package knows no health of
			o.Health, o.Message = string(status.Status), status.Message
			if health.IsWorse(worst, status.Status) {
				worst = status.Status
			}
		}
	}
	r.Health = string(worst)
	return notSynced
}

func (a *application) apply(ctx context.Context, both sync.ReconciliationResult, differences *diff.DiffResultList, revision string,
	outOfSync map[kube.ResourceKey]*outcome, healing bool, r *round) error {
	operation, cleanup, err := sync.NewSyncContext(revision, both, a.config, a.config, a.kubectl, a.namespace,
		sync.WithLogr(logr.Discard()),
		sync.WithOperationSettings(false, false, false, healing),
		sync.WithResourcesFilter(func(key kube.ResourceKey, target, live *unstructured.Unstructured) bool {
			return (!healing || outOfSync[key] != nil) && a.isSelfReferenced(live, target)
		}),
		sync.WithManifestValidation(true),
		sync.WithResourceModificationChecker(a.outOfSyncOnly, differences),
		sync.WithServerSideApply(a.serverSideApply),
		sync.WithServerSideApplyManager(manager),
		sync.WithClientSideApplyMigration(true, common.DefaultClientSideApplyMigrationManager),
	)
	if err != nil {
		return err
	}
	defer cleanup()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		operation.Sync(ctx)
		phase, message, results := operation.GetState()
		if !phase.Completed() && ctx.Err() == nil {
			continue
		}
		for _, result := range results {
			for _, o := range r.Objects {
				if key := result.ResourceKey; o.Object == key.Kind+"/"+key.Namespace+"/"+key.Name {
					o.Action = action(result)
					if result.Status == common.ResultCodeSyncFailed {
						o.Error = result.Message
					}
				}
			}
		}
		if !phase.Successful() {
			return fmt.Errorf("sync %s: %s", phase, message)
		}
		return nil
	}
}

// action is the last word of what kubectl said: configured, unchanged, serverside-applied.
func action(result common.ResourceSyncResult) string {
	if result.Status != common.ResultCodeSynced {
		return "failed"
	}
	words := strings.Fields(result.Message)
	if len(words) == 0 {
		return string(result.Status)
	}
	return words[len(words)-1]
}

// isSelfReferenced: an object that is not in the directory is the application's own if its tracking annotation means itself and
// not the object that it was copied from.
func (a *application) isSelfReferenced(live, target *unstructured.Unstructured) bool {
	return live == nil || target != nil || live.GetAnnotations()[trackingID] == a.id(live)
}

func (a *application) id(object *unstructured.Unstructured) string {
	kind := object.GroupVersionKind()
	return fmt.Sprintf("%s:%s/%s:%s/%s", a.name, kind.Group, kind.Kind, object.GetNamespace(), object.GetName())
}

// read is what the repo server makes of a directory; the revision is its content's hash.
func (a *application) read() ([]*unstructured.Unstructured, string, error) {
	files, err := filepath.Glob(filepath.Join(a.dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, "", fmt.Errorf("%s holds no manifests: %w", a.dir, errors.Join(err, os.ErrNotExist))
	}
	sort.Strings(files)
	var all []*unstructured.Unstructured
	var text bytes.Buffer
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, "", err
		}
		text.Write(content)
		some, err := kube.SplitYAML(content)
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, some...)
	}
	for _, object := range all {
		if namespaced, err := a.live.IsNamespaced(object.GroupVersionKind().GroupKind()); err == nil && namespaced && object.GetNamespace() == "" {
			object.SetNamespace(a.namespace)
		}
		annotations := object.GetAnnotations()
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations[trackingID] = a.id(object)
		object.SetAnnotations(annotations)
	}
	return all, fmt.Sprintf("%x", sha256.Sum256(text.Bytes()))[:12], nil
}
