package dev.sluice.operator;

import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What pods counted in one block, in a tenth of the memory: hundreds of blocks of each policy are
 * kept, and hardly ever looked at. Names and the bounds of histograms, which are the same in every
 * block, are kept once; counts are rounded to seven digits.
 */
final class PackedPods {
  private final List<Pod> pods;

  private record Pod(String name, long ageSeconds, Form form, Counts counts) {}

  /** Numbers in the order of a form. */
  private static final class Counts {
    private final float[] values;

    Counts(List<Double> numbers) {
      values = new float[numbers.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = numbers.get(i).floatValue();
      }
    }
  }

  /** The metrics of a pod, and for a histogram its bounds; empty for a rate and for a level. */
  private record Form(List<Field> fields) {}

  private record Field(String metric, Kind kind, List<Double> bounds) {}

  private enum Kind {
    RATE,
    BUCKETS,
    GAUGE
  }

  static final PackedPods NONE = new PackedPods(List.of());

  private PackedPods(List<Pod> pods) {
    this.pods = pods;
  }

  /**
   * @param before the block before: names and forms that are the same are shared with it
   */
  static PackedPods of(List<PodSample> samples, PackedPods before) {
    List<Pod> pods = new ArrayList<>(samples.size());
    for (PodSample sample : samples) {
      List<Field> fields = new ArrayList<>();
      List<Double> numbers = new ArrayList<>();
      new TreeMap<>(sample.metrics())
          .forEach((metric, counted) -> fields.add(field(metric, counted, numbers)));
      Form form = new Form(List.copyOf(fields));
      pods.add(
          new Pod(
              before.shared(Pod::name, sample.pod()),
              sample.age().toSeconds(),
              before.shared(Pod::form, form),
              new Counts(numbers)));
    }
    return new PackedPods(List.copyOf(pods));
  }

  private <T> T shared(Function<Pod, T> part, T one) {
    return pods.stream().map(part).filter(one::equals).findFirst().orElse(one);
  }

  private static Field field(String metric, Sample counted, List<Double> numbers) {
    return switch (counted) {
      case Sample.Rate rate -> {
        numbers.add(rate.bad());
        numbers.add(rate.total());
        yield new Field(metric, Kind.RATE, List.of());
      }
      case Sample.Buckets buckets -> {
        buckets.forEach((_, count) -> numbers.add(count));
        yield new Field(metric, Kind.BUCKETS, List.copyOf(buckets.bounds()));
      }
      case Sample.Gauge gauge -> {
        numbers.add(gauge.value());
        yield new Field(metric, Kind.GAUGE, List.of());
      }
    };
  }

  /** As they were, all of stable. */
  List<PodSample> samples() {
    return pods.stream()
        .map(
            pod ->
                new PodSample(
                    Track.STABLE,
                    pod.name(),
                    Duration.ofSeconds(pod.ageSeconds()),
                    metrics(pod.form(), pod.counts().values)))
        .toList();
  }

  private static Map<String, Sample> metrics(Form form, float[] values) {
    Map<String, Sample> metrics = new TreeMap<>();
    int at = 0;
    for (Field field : form.fields()) {
      switch (field.kind()) {
        case RATE -> {
          metrics.put(field.metric(), new Sample.Rate(values[at], values[at + 1]));
          at += 2;
        }
        case BUCKETS -> {
          SortedMap<Double, Double> le = new TreeMap<>();
          for (Double bound : field.bounds()) {
            le.put(bound, (double) values[at++]);
          }
          metrics.put(field.metric(), new Sample.Buckets(le));
        }
        case GAUGE -> metrics.put(field.metric(), new Sample.Gauge(values[at++]));
      }
    }
    return metrics;
  }
}
