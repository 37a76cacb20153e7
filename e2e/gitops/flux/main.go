// flux reconciles one directory of manifests, again and again, with the very code that Flux's kustomize-controller calls:
// github.com/fluxcd/pkg/ssa, with that controller's options. It prints a JSON line a round, for whoever tests beside it.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"sort"
	"syscall"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"github.com/fluxcd/pkg/ssa"
	ssaerrors "github.com/fluxcd/pkg/ssa/errors"
	"github.com/fluxcd/pkg/ssa/normalize"
	"github.com/fluxcd/pkg/ssa/utils"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/go-logr/logr"
)

// The names that kustomize-controller goes by, and the group of its labels and annotations.
const (
	manager = "kustomize-controller"
	group   = "kustomize.toolkit.fluxcd.io"
)

type outcome struct {
	Object  string `json:"object"`
	Action  string `json:"action,omitempty"`
	Health  string `json:"health,omitempty"`
	Message string `json:"message,omitempty"`
	Error   string `json:"error,omitempty"`
}

type round struct {
	At      time.Time  `json:"at"`
	Round   int        `json:"round"`
	Millis  int64      `json:"millis"`
	Objects []*outcome `json:"objects"`
	Health  string     `json:"health,omitempty"`
	Error   string     `json:"error,omitempty"`
}

func main() {
	dir := flag.String("dir", "", "directory of manifests")
	every := flag.Duration("every", time.Second, "from the end of a round to the next")
	name := flag.String("name", "", "the Kustomization's name, for its ownership labels")
	namespace := flag.String("namespace", "", "the Kustomization's namespace, and that of manifests that name none")
	user := flag.String("as", "", "whom to impersonate, as spec.serviceAccountName does")
	asGroup := flag.String("as-group", "", "a group of that user")
	flag.Parse()
	ctrllog.SetLogger(logr.Discard())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		log.Fatalf("No cluster: %v", err)
	}
	if *user != "" {
		config.Impersonate = rest.ImpersonationConfig{UserName: *user}
		if *asGroup != "" {
			config.Impersonate.Groups = []string{*asGroup}
		}
	}
	config.QPS, config.Burst = 50, 100
	cluster, err := client.New(config, client.Options{})
	if err != nil {
		log.Fatalf("The cluster does not answer: %v", err)
	}
	// Health is asked for once a round below, as a Kustomization with wait would poll it, so no poller.
	resources := ssa.NewResourceManager(cluster, nil, ssa.Owner{Field: manager, Group: group})

	out := json.NewEncoder(os.Stdout)
	for n := 1; ctx.Err() == nil; n++ {
		began := time.Now()
		r := round{At: began.UTC(), Round: n, Objects: []*outcome{}}
		if err := reconcile(ctx, cluster, resources, *dir, *name, *namespace, &r); err != nil {
			r.Error = err.Error()
		}
		if ctx.Err() != nil {
			return
		}
		r.Millis = time.Since(began).Milliseconds()
		if err := out.Encode(r); err != nil {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(*every):
		}
	}
}

func reconcile(ctx context.Context, cluster client.Client, resources *ssa.ResourceManager, dir, name, namespace string, r *round) error {
	objects, err := read(dir, namespace, cluster.RESTMapper())
	if err != nil {
		return err
	}
	resources.SetOwnerLabels(objects, name, namespace)
	if err := normalize.UnstructuredList(objects); err != nil {
		return err
	}
	bySubject := map[string]*outcome{}
	for _, object := range objects {
		o := &outcome{Object: utils.FmtUnstructured(object)}
		bySubject[o.Object] = o
		r.Objects = append(r.Objects, o)
	}
	changes, applyErr := resources.ApplyAllStaged(ctx, objects, options())
	if changes != nil {
		for _, entry := range changes.Entries {
			if o := bySubject[entry.Subject]; o != nil {
				o.Action = string(entry.Action)
			}
		}
	}
	var dryRun *ssaerrors.DryRunErr
	if errors.As(applyErr, &dryRun) && dryRun.InvolvedObject() != nil {
		if o := bySubject[utils.FmtUnstructured(dryRun.InvolvedObject())]; o != nil {
			o.Action, o.Error = "failed", dryRun.Error()
		}
	}
	r.Health = health(ctx, cluster, objects, bySubject)
	return applyErr
}

// options of kustomize-controller for a Kustomization that forces nothing: objects with immutable changes are not made anew,
// conflicts over fields are always forced, and what kubectl wrote before is taken over.
func options() ssa.ApplyOptions {
	o := ssa.DefaultApplyOptions()
	o.ExclusionSelector = map[string]string{group + "/reconcile": "disabled", group + "/ssa": "Ignore"}
	o.IfNotPresentSelector = map[string]string{group + "/ssa": "IfNotPresent"}
	o.ForceSelector = map[string]string{group + "/force": "Enabled"}
	o.Cleanup = ssa.ApplyCleanupOptions{
		Annotations: []string{"kubectl.kubernetes.io/last-applied-configuration"},
		FieldManagers: []ssa.FieldManager{
			{Name: "kubectl", OperationType: metav1.ManagedFieldsOperationApply},
			{Name: "kubectl", OperationType: metav1.ManagedFieldsOperationUpdate},
			{Name: "before-first-apply", OperationType: metav1.ManagedFieldsOperationUpdate},
			{Name: manager, OperationType: metav1.ManagedFieldsOperationUpdate},
		},
		Exclusions: map[string]string{group + "/ssa": "Merge"},
	}
	return o
}

// health is what kstatus computes of each object as it is now, and the worst of them.
func health(ctx context.Context, cluster client.Client, objects []*unstructured.Unstructured, bySubject map[string]*outcome) string {
	rank := map[status.Status]int{
		status.CurrentStatus: 0, status.NotFoundStatus: 1, status.TerminatingStatus: 2,
		status.InProgressStatus: 3, status.UnknownStatus: 4, status.FailedStatus: 5,
	}
	worst := status.CurrentStatus
	for _, object := range objects {
		o := bySubject[utils.FmtUnstructured(object)]
		live := &unstructured.Unstructured{}
		live.SetGroupVersionKind(object.GroupVersionKind())
		computed := status.UnknownStatus
		if err := cluster.Get(ctx, client.ObjectKeyFromObject(object), live); client.IgnoreNotFound(err) != nil {
			o.Message = err.Error()
		} else if err != nil {
			computed = status.NotFoundStatus
		} else if result, err := status.Compute(live); err != nil {
			o.Message = err.Error()
		} else {
			computed, o.Message = result.Status, result.Message
		}
		o.Health = string(computed)
		if rank[computed] > rank[worst] {
			worst = computed
		}
	}
	return string(worst)
}

// read is what kustomize build makes of a directory without a kustomization.yaml, but for names and namespaces.
func read(dir, namespace string, mapper meta.RESTMapper) ([]*unstructured.Unstructured, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("%s holds no manifests: %w", dir, errors.Join(err, os.ErrNotExist))
	}
	sort.Strings(files)
	var all []*unstructured.Unstructured
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		some, err := utils.ReadObjects(bytes.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, some...)
	}
	for _, object := range all {
		kind := object.GroupVersionKind()
		mapping, err := mapper.RESTMapping(kind.GroupKind(), kind.Version)
		if err != nil {
			return nil, err
		}
		if object.GetNamespace() == "" && mapping.Scope.Name() == meta.RESTScopeNameNamespace {
			object.SetNamespace(namespace)
		}
	}
	return all, nil
}
