package dev.sluice.cli.judge;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sluice.engine.evidence.Sample;
import java.io.IOException;

/** The values that lines are made of. */
final class Values {
  static final Sample.Rate NOTHING = new Sample.Rate(0, 0);

  /** Events of one pod in one tick, at most. */
  static final double MOST = 1e15;

  private Values() {}

  static void object(JsonParser parser, JsonToken token) throws Malformed {
    if (token != JsonToken.START_OBJECT) {
      throw Malformed.at(parser, "is no object");
    }
  }

  /** The number that comes next. */
  static double number(JsonParser parser, double least, double most) throws IOException, Malformed {
    JsonToken token = parser.nextToken();
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      throw Malformed.at(parser, "is no number");
    }
    double value = parser.getDoubleValue();
    if (!(value >= least && value <= most)) {
      throw Malformed.at(
          parser,
          "is %s, and must be %s to %s".formatted(parser.getText(), plain(least), plain(most)));
    }
    return value;
  }

  static String text(JsonParser parser) throws IOException, Malformed {
    if (parser.nextToken() != JsonToken.VALUE_STRING) {
      throw Malformed.at(parser, "is no text");
    }
    return parser.getText();
  }

  /**
   * Bad and total of an object that has begun.
   *
   * @param first name in it; null at its end
   */
  static Sample.Rate rate(JsonParser parser, String first) throws IOException, Malformed {
    Sample.Rate rate = two(parser, first, "bad", "total");
    if (rate.bad() > rate.total()) {
      throw Malformed.at(
          parser, "has %s bad of %s in total".formatted(plain(rate.bad()), plain(rate.total())));
    }
    return rate;
  }

  /** A level as a sum and what it is divided by. */
  static Sample.Rate level(JsonParser parser, String first) throws IOException, Malformed {
    return two(parser, first, "sum", "of");
  }

  private static Sample.Rate two(JsonParser parser, String first, String upper, String lower)
      throws IOException, Malformed {
    Once fields = new Once(upper, lower);
    double above = 0;
    double below = 0;
    for (String name = first; name != null; name = parser.nextFieldName()) {
      fields.sees(name, parser);
      if (name.equals(upper)) {
        above = number(parser, 0, MOST);
      } else {
        below = number(parser, 0, MOST);
      }
    }
    fields.all(parser);
    return new Sample.Rate(above, below);
  }

  static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e16
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }
}
