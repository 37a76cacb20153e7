package dev.sluice.probes.metrics.prometheus;

import dev.sluice.engine.evidence.Sample;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the counters of one version's pods are at one moment: all events, and where a rate has its
 * bad ones those that were asked for, which are the good ones where a metric counts by these.
 */
sealed interface Counted {
  /** One sum over all of them. */
  record Whole(Sample.Rate sum) implements Counted {}

  /** Those of each pod, by its name. */
  record ByPod(Map<String, Sample.Rate> pods) implements Counted {
    public ByPod {
      pods = Map.copyOf(pods);
    }
  }

  /**
   * Not known.
   *
   * @param why to be said after "Prometheus"
   */
  record Unknown(String why) implements Counted {}

  /**
   * Takes the two answers together.
   *
   * <p>A counter that has no series is not a counter at zero: {@code total} must be there. {@code
   * bad} or {@code good} must be there too, somewhere, or the query says itself that none is zero
   * ({@code or vector(0)}): a label that is misspelt would be no failures for ever, or nothing but
   * failures. Where it is there for some of the pods, the others have had none.
   *
   * @param name of what was asked for besides the total: bad or good
   * @param asked the names of the pods that were asked about
   */
  static Counted of(String name, Answer some, Answer total, String podLabel, Set<String> asked) {
    return switch (new Pair(side(name, some, podLabel), side("total", total, podLabel))) {
      case Pair(Side.Wrong(String why), Side _) -> new Unknown(why);
      case Pair(Side _, Side.Wrong(String why)) -> new Unknown(why);
      case Pair(Side.Sum(double b), Side.Sum(double n)) -> whole(name, b, n);
      case Pair(Side.Pods(Map<String, Double> b), Side.Pods(Map<String, Double> n)) ->
          byPod(name, b, n, asked);
      case Pair(Side.Sum(double b), Side.Pods(Map<String, Double> n)) ->
          b == 0
              ? byPod(name, Map.of(), n, asked)
              : new Unknown(
                  "gave one sum for " + name + " and counts by pod for total; write both alike");
      case Pair(Side.Pods _, Side.Sum _) ->
          new Unknown(
              "gave counts by pod for " + name + " and one sum for total; write both alike");
    };
  }

  /** Both sides of one metric. */
  record Pair(Side some, Side total) {}

  /** One query's answer, in a form that counts can have. */
  sealed interface Side {
    record Sum(double value) implements Side {}

    record Pods(Map<String, Double> values) implements Side {}

    record Wrong(String why) implements Side {}
  }

  private static Side side(String name, Answer answer, String podLabel) {
    return switch (answer) {
      case Answer.Unknown(String why) -> new Side.Wrong(why + " (asked for " + name + ")");
      case Answer.Samples(List<Answer.Sample> all) -> side(name, all, podLabel);
    };
  }

  private static Side side(String name, List<Answer.Sample> all, String podLabel) {
    if (all.isEmpty()) {
      return new Side.Wrong(
          "has no series for "
              + name
              + (name.equals("total")
                  ? ""
                  : "; if there is none before the first one, write: … or vector(0)"));
    }
    Map<String, Double> pods = new HashMap<>();
    Set<Double> sums = new HashSet<>();
    for (Answer.Sample sample : all) {
      if (!Double.isFinite(sample.value()) || sample.value() < 0) {
        return new Side.Wrong("gave " + sample.value() + " for " + name + ", which is no count");
      }
      Optional<String> pod = Optional.ofNullable(sample.labels().get(podLabel));
      boolean again = pod.isPresent() && pods.put(pod.get(), sample.value()) != null;
      if (again || (pod.isEmpty() && !sums.isEmpty())) {
        return several(name, all.size(), podLabel);
      }
      if (pod.isEmpty()) {
        sums.add(sample.value());
      }
    }
    if (pods.isEmpty()) {
      return new Side.Sum(sums.iterator().next());
    }
    // "or vector(0)" beside counts by pod stands there as well.
    return sums.isEmpty() || sums.equals(Set.of(0.0))
        ? new Side.Pods(pods)
        : several(name, all.size(), podLabel);
  }

  private static Side several(String name, int samples, String podLabel) {
    return new Side.Wrong(
        "gave %d samples for %s; write sum by (%s) (…), or sum(…)"
            .formatted(samples, name, podLabel));
  }

  private static Counted whole(String name, double some, double total) {
    return some > total
        ? new Unknown(
            "gave more %1$s events than events; %1$s has to be a part of total".formatted(name))
        : new Whole(new Sample.Rate(some, total));
  }

  private static Counted byPod(
      String name, Map<String, Double> some, Map<String, Double> total, Set<String> asked) {
    Map<String, Sample.Rate> pods = new HashMap<>();
    for (String pod : asked) {
      Double all = total.get(pod);
      double part = some.getOrDefault(pod, 0.0);
      if (all == null) {
        continue;
      }
      if (part > all) {
        return new Unknown(
            "gave more %1$s events than events for the pod %2$s; %1$s has to be a part of total"
                .formatted(name, pod));
      }
      pods.put(pod, new Sample.Rate(part, all));
    }
    return pods.isEmpty() ? new Unknown("has no series of these pods for total") : new ByPod(pods);
  }
}
