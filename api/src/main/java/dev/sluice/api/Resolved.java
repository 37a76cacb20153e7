package dev.sluice.api;

import dev.sluice.engine.model.Metric;
import dev.sluice.engine.model.Spec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A policy with what it refers to, ready for the engine.
 *
 * @param spec in the engine's terms
 * @param metrics in the same order as the spec's
 */
public record Resolved(ReleasePolicy policy, Spec spec, List<MetricSource> metrics) {
  public Resolved {
    metrics = List.copyOf(metrics);
  }

  /**
   * Looks up the policy's metric templates among the objects that came with it.
   *
   * @param route what the policy's route can do, if it names one
   * @param problems gets the templates that are not there
   */
  public static Resolved of(
      ReleasePolicy policy, Manifest among, Spec.Route route, Problems problems) {
    List<MetricSource> metrics = new ArrayList<>();
    List<PolicySpec.Metric> given = policy.spec().analysis().metrics();
    for (int i = 0; i < given.size(); i++) {
      String path = "spec.analysis.metrics[" + i + "]";
      metrics.add(source(policy, given.get(i), among, path, problems));
    }
    return new Resolved(policy, Mapping.spec(policy.spec(), metrics, route), metrics);
  }

  private static MetricSource source(
      ReleasePolicy policy,
      PolicySpec.Metric metric,
      Manifest among,
      String path,
      Problems problems) {
    Optional<MetricTemplate.Spec> template =
        metric
            .template()
            .flatMap(name -> template(policy, name, among, path, problems))
            .or(() -> metric.clusterTemplate().flatMap(n -> cluster(n, among, path, problems)));
    return source(metric, template, policy.spec().analysis().scrape());
  }

  /**
   * @param scrape where pods show their metrics, if the policy says it
   */
  static MetricSource source(
      PolicySpec.Metric metric,
      Optional<MetricTemplate.Spec> template,
      Optional<PolicySpec.Scrape> scrape) {
    Optional<MetricSource.Selectors> selectors =
        selectors(metric.bad(), metric.good(), metric.total())
            .or(() -> template.flatMap(t -> selectors(t.bad(), t.good(), t.total())));
    Metric usual =
        metric.preset().map(MetricPreset::defaults).orElseGet(MetricPreset.ERRORS::defaults);
    Metric judged =
        new Metric(
            metric.label(),
            usual.kind(),
            Mapping.tolerance(
                metric.tolerance(),
                template.flatMap(MetricTemplate.Spec::tolerance),
                usual.tolerance()),
            metric.slowerThan().or(() -> metric.slo().map(PolicySpec.Slo::within)),
            rest(metric.quantile()),
            rest(metric.slo().map(PolicySpec.Slo::share)));
    return new MetricSource(
        judged
            .warmAfter(metric.warmUp().orElse(judged.warmUp()))
            .countedBy(counting(selectors, scrape)),
        selectors,
        metric.prometheus().or(() -> template.flatMap(MetricTemplate.Spec::prometheus)));
  }

  /** Those that may be slower. */
  private static OptionalDouble rest(Optional<Percent> share) {
    return share.isPresent()
        ? OptionalDouble.of(
            BigDecimal.valueOf(100).subtract(share.get().value()).movePointLeft(2).doubleValue())
        : OptionalDouble.empty();
  }

  /** The same for the same series of the same pages, which are too long to be remembered whole. */
  private static String counting(
      Optional<MetricSource.Selectors> selectors, Optional<PolicySpec.Scrape> scrape) {
    return selectors.isEmpty() && scrape.isEmpty()
        ? ""
        : Integer.toHexString((selectors + " " + scrape).hashCode());
  }

  private static Optional<MetricSource.Selectors> selectors(
      Optional<Selector> bad, Optional<Selector> good, Optional<Selector> total) {
    return good.or(() -> bad)
        .flatMap(some -> total.map(t -> new MetricSource.Selectors(some, good.isPresent(), t)));
  }

  private static Optional<MetricTemplate.Spec> template(
      ReleasePolicy policy, String name, Manifest among, String path, Problems problems) {
    Optional<MetricTemplate.Spec> found =
        among.objects().stream()
            .filter(MetricTemplate.class::isInstance)
            .map(MetricTemplate.class::cast)
            .filter(t -> t.metadata().name().equals(name))
            .filter(t -> t.metadata().namespace().equals(policy.metadata().namespace()))
            .map(MetricTemplate::spec)
            .findFirst();
    return noted(found, "MetricTemplate", path + ".template", name, problems);
  }

  private static Optional<MetricTemplate.Spec> cluster(
      String name, Manifest among, String path, Problems problems) {
    Optional<MetricTemplate.Spec> found =
        among.objects().stream()
            .filter(ClusterMetricTemplate.class::isInstance)
            .map(ClusterMetricTemplate.class::cast)
            .filter(t -> t.metadata().name().equals(name))
            .map(ClusterMetricTemplate::spec)
            .findFirst();
    return noted(found, "ClusterMetricTemplate", path + ".clusterTemplate", name, problems);
  }

  private static <T> Optional<T> noted(
      Optional<T> found, String kind, String path, String name, Problems problems) {
    if (found.isEmpty()) {
      problems.add(
          new Problem(
              0,
              path,
              "names \"" + name + "\", and there is no " + kind + " of that name",
              "add it, or write a name with bad and total here"));
    }
    return found;
  }
}
