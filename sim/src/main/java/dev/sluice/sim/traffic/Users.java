package dev.sluice.sim.traffic;

import dev.sluice.kubernetes.Marks;
import dev.sluice.sim.cluster.Kubelet;
import dev.sluice.sim.cluster.Labels;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Users as a steady flow, in requests and not in whole ones: where a data plane sends them, who
 * answers, what is counted, and what is lost.
 */
public final class Users {
  /** So long after a pod was torn away by a fault what is sent to it is the fault's loss. */
  private static final Duration EXCUSED = Duration.ofSeconds(10);

  /** So far back the share of the candidate is counted. */
  private static final Duration WINDOW = Duration.ofSeconds(2);

  private final Kubelet kubelet;
  private final ToDoubleFunction<Pod> errors;
  private final Map<String, double[]> counted = new HashMap<>();
  private final Map<String, Instant> torn = new HashMap<>();
  private final List<String> losses = new ArrayList<>();
  private final Set<String> said = new HashSet<>();
  private final Deque<Slice> slices = new ArrayDeque<>();
  private Instant excused = Instant.MIN;
  private double sent;
  private double lost;

  /** By the hash of the set that got them, requests. */
  private record Slice(Instant from, Instant to, Map<String, Double> sent, double all) {}

  /**
   * @param errors share of a pod's answers that are errors, 0..1
   */
  public Users(Kubelet kubelet, ToDoubleFunction<Pod> errors) {
    this.kubelet = kubelet;
    this.errors = errors;
  }

  /** A fault tore this pod away, or broke it: what it loses is not the release's doing. */
  public void torn(Pod pod, Instant at) {
    torn.put(pod.getMetadata().getUid(), at);
    excuse(at.plus(EXCUSED));
  }

  /** Somebody broke what serves them: until then nobody is to blame but them. */
  public void excuse(Instant until) {
    excused = until.isAfter(excused) ? until : excused;
  }

  /**
   * Time passes while everything stands as it is.
   *
   * @param rate requests/s
   */
  public void come(DataPlane plane, double rate, Instant from, Duration time) {
    double requests = rate * time.toNanos() / 1e9;
    Map<String, Double> bySet = new HashMap<>();
    for (DataPlane.Backend backend : plane.backends()) {
      double share = requests * backend.share();
      if (backend.pods().isEmpty()) {
        lose(
            share,
            from,
            "The Service " + backend.service() + " has no pods",
            from.isBefore(excused));
      }
      for (Pod pod : backend.pods()) {
        double each = share / backend.pods().size();
        bySet.merge(Labels.of(pod).getOrDefault(Marks.HASH, ""), each, Double::sum);
        come(pod, each, from);
      }
    }
    sent += requests;
    slices.addLast(new Slice(from, from.plus(time), bySet, requests));
    while (slices.getFirst().to().isBefore(from.plus(time).minus(WINDOW))) {
      slices.removeFirst();
    }
  }

  private void come(Pod pod, double requests, Instant now) {
    if (!kubelet.serves(pod)) {
      Instant at = torn.get(pod.getMetadata().getUid());
      lose(
          requests,
          now,
          "The pod %s is not there any more".formatted(pod.getMetadata().getName()),
          at != null && now.isBefore(at.plus(EXCUSED)));
      return;
    }
    double[] all = counted.computeIfAbsent(pod.getMetadata().getName(), _ -> new double[2]);
    all[0] += requests * errors.applyAsDouble(pod);
    all[1] += requests;
  }

  private void lose(double requests, Instant now, String why, boolean excused) {
    if (!excused && requests > 0) {
      lost += requests;
      if (said.add(why)) {
        losses.add(now + " " + why + ", and users are sent there.");
      }
    }
  }

  /** Bad and all answers of a pod, since it began. */
  double[] of(Pod pod) {
    return counted.getOrDefault(pod.getMetadata().getName(), new double[2]);
  }

  /**
   * A set's share since that moment, of the last seconds at most, 0..1; negative: nothing was
   * counted.
   */
  double share(String hash, Instant since) {
    double of = 0;
    double all = 0;
    for (Slice slice : slices) {
      if (!slice.from().isBefore(since)) {
        of += slice.sent().getOrDefault(hash, 0.0);
        all += slice.all();
      }
    }
    return all == 0 ? -1 : of / all;
  }

  public double sent() {
    return sent;
  }

  /** By the system, requests. */
  public double lost() {
    return lost;
  }

  /** How, a sentence each. */
  public List<String> losses() {
    return List.copyOf(losses);
  }
}
