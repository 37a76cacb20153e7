// argocd keeps one directory of manifests as an Argo CD Application with automated sync and selfHeal does, with the very code
// that Argo CD calls: its gitops-engine. It prints a JSON line a round, for whoever tests beside it. No Lua health checks, no
// hooks, no pruning: those are Argo CD's own and not the engine's.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

func main() {
	a := application{}
	flag.StringVar(&a.dir, "dir", "", "directory of manifests")
	flag.StringVar(&a.name, "name", "", "the Application's name, for its tracking annotation")
	flag.StringVar(&a.namespace, "namespace", "", "destination namespace: what is watched, and that of manifests that name none")
	flag.BoolVar(&a.serverSideDiff, "server-side-diff", false, "compare option ServerSideDiff=true; without it a three-way diff")
	flag.BoolVar(&a.serverSideApply, "server-side-apply", false, "sync option ServerSideApply=true; without it a three-way apply")
	flag.BoolVar(&a.outOfSyncOnly, "apply-out-of-sync-only", false, "sync option ApplyOutOfSyncOnly=true")
	backoff := flag.Bool("backoff", false, "heal again after 2 s, 6 s, … 5 min, as Argo CD does by default; without it each round")
	every := flag.Duration("every", time.Second, "from the end of a round to the next")
	user := flag.String("as", "", "whom to impersonate, as a destination service account is")
	group := flag.String("as-group", "", "a group of that user")
	flag.Parse()
	klog.SetLogger(logr.Discard())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		log.Fatalf("No cluster: %v", err)
	}
	if *user != "" {
		config.Impersonate = rest.ImpersonationConfig{UserName: *user}
		if *group != "" {
			config.Impersonate.Groups = []string{*group}
		}
	}
	config.QPS, config.Burst = 50, 100
	if err := a.connect(config); err != nil {
		log.Fatalf("The cluster does not answer: %v", err)
	}
	if *backoff {
		a.healAfter = []time.Duration{2 * time.Second, 3, 5 * time.Minute}
	}

	out := json.NewEncoder(os.Stdout)
	for n := 1; ctx.Err() == nil; n++ {
		began := time.Now()
		r := round{At: began.UTC(), Round: n, Objects: []*outcome{}}
		if err := a.refresh(ctx, &r); err != nil {
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
