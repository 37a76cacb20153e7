package dev.sluice.e2e.gitops;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Who else writes to a shop's objects, and by which commands. In them DIR is the directory of
 * manifests, CHART the same as a Helm chart, BARE a manifest of the objects' names alone, NAMESPACE
 * the shop's. {@code 'words in quotes'} are one; {@code NAME=value} in front is a variable of the
 * command's environment.
 */
public enum Writer {
  /** What kustomize-controller does: a dry run first, by force, and only what has drifted. */
  FLUX(ofItself("flux -dir DIR -name shop")),

  /** Three-way diff and three-way apply, as an Application has them by default. */
  ARGO_CD(ofItself("argocd -dir DIR -name shop")),

  /** ServerSideDiff and ServerSideApply. */
  ARGO_CD_SERVER_SIDE(ofItself("argocd -dir DIR -name shop -server-side-diff -server-side-apply")),

  /** Server-side apply, which Helm 4 takes for what it installs anew. */
  HELM(
      fromGit("helm upgrade shop CHART --history-max 3")
          .first(
              "helm upgrade shop CHART --install --take-ownership --force-conflicts",
              "kubectl apply --server-side --field-manager=kubectl -f BARE")),

  /** It writes nothing more before what it wrote is healthy, or takes it back. */
  HELM_WAITS(
      fromGit("helm upgrade shop CHART --history-max 3 --wait --rollback-on-failure --timeout 60s")
          .first(
              "helm upgrade shop CHART --install --take-ownership --force-conflicts",
              "kubectl apply --server-side --field-manager=kubectl -f BARE")),

  FORCED_APPLY(fromGit("kubectl apply --server-side --force-conflicts --field-manager=ci -f DIR")),

  /** The same, and Git says {@code paused: false}. */
  PAUSED_FALSE(
      fromGit("kubectl apply --server-side --force-conflicts --field-manager=ci -f DIR")
          .where(d -> d.edit().editSpec().withPaused(false).endSpec().build())),

  CLIENT_SIDE_APPLY(fromGit("kubectl apply -f DIR")),

  /** Manifests have none of Sluice's labels and annotations, and nothing is merged. */
  REPLACE(
      fromGit("kubectl replace -f DIR")
          .first("kubectl apply --server-side --force-conflicts -f DIR")),

  /** Every field that Sluice needs, one after another, where it is on the live object. */
  EDIT(
      byHand(
          Duration.ofMillis(250),
          "kubectl label deployment/order-service sluice.dev/held-",
          "kubectl label deployment/order-service sluice.dev/held=false --overwrite",
          "kubectl patch deployment/order-service -p {\"spec\":{\"paused\":false}}",
          "'KUBE_EDITOR=sed -i s/paused:.true/paused:\\ false/' kubectl edit deployment/order-service",
          "kubectl annotate deployment/order-service sluice.dev/release-",
          "kubectl label deployment/order-service sluice.dev/policy-",
          "kubectl annotate service/order-service sluice.dev/pin-",
          "kubectl patch service/order-service --type=merge -p"
              + " {\"spec\":{\"selector\":{\"pod-template-hash\":null}}}",
          "kubectl label service/order-service sluice.dev/policy-",
          "kubectl annotate pdb/order-service sluice.dev/pin-",
          "kubectl label pdb/order-service sluice.dev/policy-",
          "kubectl annotate httproute/order-service sluice.dev/split- sluice.dev/match-",
          "kubectl annotate httproute/order-service --overwrite"
              + " 'sluice.dev/split=order-service order-service-candidate 1000 1000 1'",
          "'KUBE_EDITOR=sed -i s/weight:.[0-9]*/weight:\\ 7/' kubectl edit httproute/order-service",
          "kubectl label httproute/order-service sluice.dev/policy-")),

  SCALE(
      byHand(
          Duration.ofSeconds(1),
          "kubectl scale deployment/order-service --replicas=5",
          "kubectl scale deployment/order-service --replicas=4")),

  RESUME(byHand(Duration.ofSeconds(1), "kubectl rollout resume deployment/order-service")),

  /** A template of its own each time that kubectl does not refuse it: a release. */
  RESTART(byHand(Duration.ofSeconds(1), "kubectl rollout restart deployment/order-service")),

  /** The template before, each time that kubectl does not refuse it: a release. */
  UNDO(byHand(Duration.ofSeconds(1), "kubectl rollout undo deployment/order-service"));

  private static final String PUSH =
      "kubectl apply --server-side --force-conflicts --field-manager=kubectl -f DIR";

  @SuppressWarnings("ImmutableEnumChecker") // its lists are List.of, its function has no state
  private final Work work;

  Writer(Work work) {
    this.work = work;
  }

  public Work work() {
    return work;
  }

  /** Whether it writes templates that nobody pushed. */
  public boolean releases() {
    return this == RESTART || this == UNDO;
  }

  /** Whether it takes no new push before the last one is healthy. */
  public boolean waits() {
    return this == HELM_WAITS;
  }

  /**
   * What a writer does.
   *
   * @param first commands before the shop is watched
   * @param rounds commands; one a round, in turn
   * @param pace from the end of a round to the next; not of a program that makes rounds by itself
   * @param program whether the only command makes rounds by itself and tells each in a line of JSON
   * @param readsGit whether a push reaches the cluster by the rounds; or the developer applies it
   * @param git how what is in Git differs from the shop's own manifests
   */
  public record Work(
      List<String> first,
      List<String> rounds,
      Duration pace,
      boolean program,
      boolean readsGit,
      UnaryOperator<Deployment> git) {
    Work first(String... commands) {
      return new Work(List.of(commands), rounds, pace, program, readsGit, git);
    }

    Work where(UnaryOperator<Deployment> edit) {
      return new Work(first, rounds, pace, program, readsGit, edit);
    }

    /** Commands by which a push reaches the cluster at once; none: the next round sees it. */
    List<String> push() {
      return readsGit ? List.of() : List.of(PUSH);
    }
  }

  private static Work ofItself(String program) {
    return new Work(List.of(), List.of(program), Duration.ZERO, true, true, d -> d);
  }

  private static Work fromGit(String command) {
    return new Work(List.of(), List.of(command), Duration.ofSeconds(1), false, true, d -> d);
  }

  private static Work byHand(Duration pace, String... commands) {
    return new Work(List.of(), List.of(commands), pace, false, false, d -> d);
  }
}
