package dev.sluice.cli.judge;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Lines of UTF-8, each as soon as it is there. A longer one than allowed is refused when so much of
 * it was read, not when it ends; nothing that is not UTF-8 gets through.
 */
final class Lines {
  /** Bytes of a line, without its end. */
  static final int LONGEST = 4 << 20;

  private static final int AT_ONCE = 1 << 16;

  private final InputStream in;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private byte[] bytes = new byte[AT_ONCE];
  private int from;
  private int to;
  private CharBuffer line = CharBuffer.allocate(AT_ONCE);
  private long number;

  Lines(InputStream in) {
    this.in = in;
  }

  /** Of the line that was read last, from 1. */
  long number() {
    return number;
  }

  /** The characters of that line, until the next is read. */
  char[] characters() {
    return line.array();
  }

  int length() {
    return line.position();
  }

  /**
   * Reads the next line.
   *
   * @return false at the end of the input
   */
  boolean next() throws IOException, Malformed {
    int searched = from;
    while (true) {
      for (int i = searched; i < to; i++) {
        if (bytes[i] == '\n') {
          number++;
          take(from, i);
          from = i + 1;
          return true;
        }
      }
      searched = to;
      if (to - from > LONGEST) {
        number++;
        throw new Malformed("is longer than 4 MiB");
      }
      int shift = from;
      boolean more = read();
      searched -= shift - from;
      if (!more) {
        if (from == to) {
          return false;
        }
        number++;
        take(from, to);
        from = to;
        return true;
      }
    }
  }

  /** Whatever is there now, but something. */
  private boolean read() throws IOException {
    if (from > 0) {
      System.arraycopy(bytes, from, bytes, 0, to - from);
      to -= from;
      from = 0;
    }
    if (to == bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.min(2 * bytes.length, LONGEST + AT_ONCE));
    }
    int read = in.read(bytes, to, bytes.length - to);
    to += Math.max(0, read);
    return read >= 0;
  }

  private void take(int start, int end) throws Malformed {
    if (end - start > LONGEST) {
      throw new Malformed("is longer than 4 MiB");
    }
    if (line.capacity() < end - start) {
      line = CharBuffer.allocate(Integer.highestOneBit(end - start) * 2);
    }
    line.clear();
    decoder.reset();
    ByteBuffer encoded = ByteBuffer.wrap(bytes, start, end - start);
    CoderResult result = decoder.decode(encoded, line, true);
    if (result.isError()) {
      throw new Malformed("is not UTF-8 at its byte %d".formatted(encoded.position() - start + 1));
    }
    var _ = decoder.flush(line);
  }
}
