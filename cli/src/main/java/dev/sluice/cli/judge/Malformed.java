package dev.sluice.cli.judge;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;

/** A line that is not what it should be; the message says what is wrong with it. */
final class Malformed extends Exception {
  private static final long serialVersionUID = 1;

  private static final int LONGEST = 300;

  Malformed(String sentence) {
    super(sentence);
  }

  /** At the place where the parser stands. */
  static Malformed at(JsonParser parser, String sentence) {
    return new Malformed(
        shortened(parser.getParsingContext().pathAsPointer() + " " + sentence).strip());
  }

  static Malformed notJson(JsonProcessingException e) {
    String said = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
    String column = e.getLocation() == null ? "" : ", column " + e.getLocation().getColumnNr();
    return new Malformed(shortened("this is not JSON" + column + ": " + said));
  }

  /** What stands in the input may be long, and may not be for a terminal. */
  static String shortened(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", "?");
    return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "…";
  }
}
