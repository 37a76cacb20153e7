# `make test` does all the set-up on a fresh machine. It needs a JDK 25 and Maven, and for the cluster root and Go 1.26.
MVN := ./mvnw -B -ntp

.PHONY: help build package demo demo-cluster e2e e2e-full soak scenarios check cluster gitops sim test bench format clean

help: ## shows the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

build: ## compiles and packages, with style and bug checks, without tests; then ./sluice runs
	$(MVN) -q -DskipTests package

package: ## the operator's image, and sluice with a runtime of its own, in target/dist: docs/install.md
	deploy/package/build.sh

demo: build ## a good and a bad release on this machine, under load, within a minute
	./sluice lab --scenario demo

demo-cluster: build cluster ## the same on a real Kubernetes with a real gateway: as root, with Go; about two minutes
	$$(build/jdk25)/bin/java -cp 'bench/target/lib/*' dev.sluice.e2e.DemoOnCluster

scenarios: build ## runs every scenario of the lab, a line each; takes about twenty minutes
	build/scenarios

check: ## compile, style and the quick tests: about three minutes
	$(MVN) -q verify -DexcludedGroups=slow

cluster: ## builds what the tests on a real cluster need: half an hour once, then a second
	@[ "$$(id -u)" = 0 ] || echo "Without root there is no cluster: nothing is built for it, and its tests are named and skipped."
	[ "$$(id -u)" != 0 ] || { e2e/kubelab/setup.sh dns metrics && e2e/gateway/setup.sh && e2e/nginx/setup.sh && e2e/image/build.sh && e2e/gitops/setup.sh helm; }

gitops: ## builds Flux's and Argo CD's own code, which make e2e-full writes with: once
	e2e/gitops/setup.sh

E2E := $(MVN) -pl e2e -am test -Dsurefire.failIfNoSpecifiedTests=false

e2e: $(if $(ON),,cluster package) ## every release on a real cluster, half an hour; ON=KUBECONFIG: e2e/README.md
	$(E2E) -Dgroups=cluster '-DexcludedGroups=full$(if $(ON), | own)' \
	  $(if $(ON),-Dsluice.on=$(ON) -Dsluice.on.gateway=$(GATEWAY) -Dsluice.on.gateway.metrics=$(GATEWAY_METRICS) -Dsluice.on.ingress=$(INGRESS))

e2e-full: cluster gitops ## what breaks a release, or tries to: faults, foreign writers, kills after each write; hours
	$(E2E) -Dgroups=full -DexcludedGroups=none

soak: cluster gitops ## releases by lot for half an hour while everything goes wrong; MINUTES=5 SEED=7: the same actions again
	$(E2E) -Dtest=SoakTest -DexcludedGroups=none \
	  -Dsluice.soak=$(or $(MINUTES),30) $(if $(SEED),-Dsluice.seed=$(SEED))

sim: build ## the real operator in a simulated cluster, a million steps: about two minutes; ARGS="seed 7" tells one story
	$$(build/jdk25)/bin/java -cp 'bench/target/lib/*' dev.sluice.sim.Simulations $(ARGS)

test: cluster ## all tests but the long scenarios, of which it has a part, on a real cluster too: as root, with Go
	$(MVN) verify

bench: build ## runs a benchmark: make bench B=DetectionBench ARGS="ERRORS 200 30"
	$$(build/jdk25)/bin/java -cp 'bench/target/lib/*:bench/target/classes' dev.sluice.bench.$(B) $(ARGS)

format: ## formats the sources
	$(MVN) -q spotless:apply

clean: ## removes what was built
	$(MVN) -q clean
