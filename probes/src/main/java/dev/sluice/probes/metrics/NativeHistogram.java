package dev.sluice.probes.metrics;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A native (exponential) histogram, counted together at bounds that are always the same. Its own
 * buckets come to be as values fall into them, and it halves their number when there are too many:
 * bounds that were taken from them would differ between pods and from one reading to the next.
 * Whatever its resolution, each of its bounds is a power of 2, a root of it or a power of that, so
 * counts at quarters of powers of 2 from a millisecond to a minute are exact for all but the
 * coarsest. One that has become coarser than that tells of fewer bounds, and since readings with
 * other bounds are not compared it begins anew then.
 */
final class NativeHistogram {
  /** Bounds for each power of 2, as the logarithm of their number: two are a quarter. */
  private static final int QUARTERS = 2;

  /** 2^-10 s to 2^6 s, in quarters. */
  private static final int FIRST = -40;

  private static final int LAST = 24;

  /** Seconds and milliseconds are 2^10 apart, as far as powers of 2 can tell. */
  private static final int MILLISECONDS = 40;

  private static final int COARSEST = -4;
  private static final int FINEST = 8;

  private final int shift;
  private double all;
  private int schema;
  private double zeroThreshold;
  private double zeros;
  private double negatives;
  private double negative;
  private final List<Span> spans = new ArrayList<>();
  private final List<Double> counts = new ArrayList<>();

  /** Buckets one beside the other, after a gap. */
  private record Span(int gap, int length) {}

  /**
   * @param milliseconds whether that is what it measures; else seconds
   */
  NativeHistogram(boolean milliseconds) {
    this.shift = milliseconds ? MILLISECONDS : 0;
  }

  /** Takes a field of {@code io.prometheus.client.Histogram} if it is one of those it needs. */
  boolean field(CodedInputStream in, int tag) throws IOException {
    switch (WireFormat.getTagFieldNumber(tag)) {
      case 1 -> all = Math.max(all, (double) in.readUInt64());
      case 4 -> all = Math.max(all, in.readDouble());
      case 5 -> schema = in.readSInt32();
      case 6 -> zeroThreshold = in.readDouble();
      case 7 -> zeros = Math.max(zeros, (double) in.readUInt64());
      case 8 -> zeros = Math.max(zeros, in.readDouble());
      case 10 -> each(in, tag, () -> negatives(in.readSInt64()));
      case 11 -> each(in, tag, () -> negatives += in.readDouble());
      case 12 -> span(Families.open(in.readByteBuffer()));
      case 13 ->
          each(
              in,
              tag,
              () ->
                  counts.add((counts.isEmpty() ? 0 : counts.getLast()) + (double) in.readSInt64()));
      case 14 -> each(in, tag, () -> counts.add(in.readDouble()));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Everything that was measured. */
  double all() {
    return all;
  }

  /**
   * How many were at most so long, in its own unit.
   *
   * @return none where it has no exponential buckets
   * @throws IllegalArgumentException if its buckets contradict each other
   */
  Map<Double, Double> le() {
    if ((spans.isEmpty() && zeroThreshold == 0) || schema < COARSEST || schema > FINEST) {
      return Map.of();
    }
    double[] within = within();
    Map<Double, Double> le = new HashMap<>();
    for (int quarter = FIRST; quarter <= LAST; quarter++) {
      double bound = StrictMath.pow(2, (quarter + shift) / 4.0);
      if (Math.floorMod(quarter + shift, step()) == 0 && zeroThreshold <= bound) {
        le.put(bound, negatives + zeros + within[quarter - FIRST]);
      }
    }
    return le;
  }

  /** Each count is told by its distance from the one before it. */
  private void negatives(long distance) {
    negative += (double) distance;
    negatives += negative;
  }

  /** Quarters from one of its bounds to the next, where it has fewer. */
  private int step() {
    return 1 << Math.max(0, QUARTERS - schema);
  }

  /** What is above zero and at most each quarter, and at the end what is above them all. */
  private double[] within() {
    double[] within = new double[LAST - FIRST + 2];
    int next = 0;
    int bucket = 0;
    for (Span span : spans) {
      bucket += span.gap();
      for (int i = 0; i < span.length(); i++, bucket++) {
        if (next == counts.size()) {
          throw new IllegalArgumentException("a native histogram has fewer counts than buckets");
        }
        within[at(quarter(bucket))] += counts.get(next++);
      }
    }
    for (int i = 1; i < within.length; i++) {
      within[i] += within[i - 1];
    }
    return within;
  }

  /**
   * The first quarter that is not below the upper bound of that bucket, which is 2^(n/2^schema).
   */
  private long quarter(int bucket) {
    int finer = schema - QUARTERS;
    return (finer > 0 ? -Math.floorDiv(-(long) bucket, 1L << finer) : (long) bucket << -finer)
        - shift;
  }

  private static int at(long quarter) {
    return Math.toIntExact(Math.clamp(quarter, FIRST, LAST + 1L)) - FIRST;
  }

  private void span(CodedInputStream in) throws IOException {
    int gap = 0;
    int length = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> gap = in.readSInt32();
        case 2 -> length = in.readUInt32();
        default -> {
          if (!in.skipField(tag)) {
            throw new IOException("a group ends that has not begun");
          }
        }
      }
    }
    spans.add(new Span(gap, length));
  }

  @FunctionalInterface
  private interface Reading {
    void next() throws IOException;
  }

  /** Of a field that may be said once for each value, or once for all of them. */
  private static void each(CodedInputStream in, int tag, Reading value) throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      value.next();
      return;
    }
    int outside = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      value.next();
    }
    in.popLimit(outside);
  }
}
