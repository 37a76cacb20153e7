package dev.sluice.cli.judge;

import com.fasterxml.jackson.core.JsonParser;
import java.util.Arrays;

/** The fields of one object: each that must be there is, none twice, and no other. */
final class Once {
  private final String[] needed;
  private final String[] known;
  private int seen;

  Once(String... needed) {
    this(needed, needed);
  }

  private Once(String[] needed, String[] known) {
    this.needed = needed;
    this.known = known;
  }

  /** One that may be left out. */
  Once or(String optional) {
    String[] more = Arrays.copyOf(needed, needed.length + 1);
    more[needed.length] = optional;
    return new Once(needed, more);
  }

  void sees(String name, JsonParser parser) throws Malformed {
    for (int i = 0; i < known.length; i++) {
      if (known[i].equals(name)) {
        if ((seen & (1 << i)) != 0) {
          throw Malformed.at(parser, "is there twice");
        }
        seen |= 1 << i;
        return;
      }
    }
    throw Malformed.at(parser, "is not known; known here: " + String.join(", ", known));
  }

  /** At the end of the object. */
  void all(JsonParser parser) throws Malformed {
    for (int i = 0; i < needed.length; i++) {
      if ((seen & (1 << i)) == 0) {
        throw Malformed.at(parser, "has no " + needed[i]);
      }
    }
  }
}
