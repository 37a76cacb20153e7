package dev.sluice.probes.metrics;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Prometheus' protobuf format, {@code io.prometheus.client.MetricFamily} one after the other with
 * its length before it, as the series that the {@linkplain Exposition text} would have. It is asked
 * for only where the text hides the buckets of a {@linkplain NativeHistogram native histogram}; a
 * histogram that has classic buckets, too, is read by those, as it would be in the text.
 *
 * <p>Field numbers are those of {@code metrics.proto} in prometheus/client_model.
 */
final class Families {
  private static final List<String> SUFFIXES = List.of("", "_bucket", "_count", "_sum");

  private final Predicate<String> wanted;
  private final Exposition.Sink sink;

  private Families(Predicate<String> wanted, Exposition.Sink sink) {
    this.wanted = wanted;
    this.sink = sink;
  }

  /**
   * @param wanted by name
   * @throws IllegalArgumentException if it cannot be read: then nothing of the page can be relied
   *     on
   */
  static void read(ByteBuffer page, Predicate<String> wanted, Exposition.Sink sink) {
    Families families = new Families(wanted, sink);
    try {
      CodedInputStream in = open(page);
      while (!in.isAtEnd()) {
        families.family(open(in.readByteBuffer()));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("no metrics in Prometheus' protobuf format", e);
    }
  }

  /** What is read of it is not copied. */
  static CodedInputStream open(ByteBuffer bytes) {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    in.enableAliasing(true);
    return in;
  }

  private void family(CodedInputStream in) throws IOException {
    String name = "";
    List<ByteBuffer> metrics = new ArrayList<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> name = in.readString();
        case 4 -> metrics.add(in.readByteBuffer());
        default -> skip(in, tag);
      }
    }
    String family = name;
    if (SUFFIXES.stream().anyMatch(suffix -> wanted.test(family + suffix))) {
      for (ByteBuffer metric : metrics) {
        metric(family, open(metric));
      }
    }
  }

  private void metric(String name, CodedInputStream in) throws IOException {
    Map<String, String> labels = new HashMap<>();
    List<Value> values = new ArrayList<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> label(open(in.readByteBuffer()), labels);
        // gauge, counter, untyped
        case 2, 3, 5 -> values.add(new Value("", Map.of(), number(open(in.readByteBuffer()))));
        case 4 -> summary(open(in.readByteBuffer()), values);
        case 7 -> histogram(name, open(in.readByteBuffer()), values);
        default -> skip(in, tag);
      }
    }
    for (Value value : values) {
      String series = name + value.suffix();
      if (wanted.test(series)) {
        Map<String, String> all = new HashMap<>(labels);
        all.putAll(value.labels());
        sink.series(series, all, Exposition.counted(series, value.value()));
      }
    }
  }

  /** One series of a metric: what its name ends with, and the labels that it has besides. */
  private record Value(String suffix, Map<String, String> labels, double value) {}

  private static void label(CodedInputStream in, Map<String, String> labels) throws IOException {
    String name = "";
    String value = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> name = in.readString();
        case 2 -> value = in.readString();
        default -> skip(in, tag);
      }
    }
    labels.put(name, value);
  }

  private static double number(CodedInputStream in) throws IOException {
    double value = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> value = in.readDouble();
        default -> skip(in, tag);
      }
    }
    return value;
  }

  private static void summary(CodedInputStream in, List<Value> values) throws IOException {
    double count = 0;
    double sum = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> count = (double) in.readUInt64();
        case 2 -> sum = in.readDouble();
        default -> skip(in, tag);
      }
    }
    values.add(new Value("_count", Map.of(), count));
    values.add(new Value("_sum", Map.of(), sum));
  }

  private static void histogram(String name, CodedInputStream in, List<Value> values)
      throws IOException {
    NativeHistogram natively = new NativeHistogram(name.endsWith("_milliseconds"));
    Map<Double, Double> le = new HashMap<>();
    double sum = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 2 -> sum = in.readDouble();
        case 3 -> bucket(open(in.readByteBuffer()), le);
        default -> {
          if (!natively.field(in, tag)) {
            skip(in, tag);
          }
        }
      }
    }
    if (le.keySet().stream().noneMatch(Double::isFinite)) {
      le.putAll(natively.le());
    }
    le.put(Double.POSITIVE_INFINITY, natively.all());
    le.forEach(
        (bound, count) -> values.add(new Value("_bucket", Map.of("le", text(bound)), count)));
    values.add(new Value("_count", Map.of(), natively.all()));
    values.add(new Value("_sum", Map.of(), sum));
  }

  private static String text(double bound) {
    return Double.isInfinite(bound) ? "+Inf" : String.valueOf(bound);
  }

  private static void bucket(CodedInputStream in, Map<Double, Double> le) throws IOException {
    double bound = Double.POSITIVE_INFINITY;
    double count = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> count = Math.max(count, (double) in.readUInt64());
        case 2 -> bound = in.readDouble();
        case 4 -> count = Math.max(count, in.readDouble());
        default -> skip(in, tag);
      }
    }
    le.put(bound, count);
  }

  private static void skip(CodedInputStream in, int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new IOException("a group ends that has not begun");
    }
  }
}
