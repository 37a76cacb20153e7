package dev.sluice.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A piece of an OpenAPI schema. A text with a form gets it twice: as a pattern, which editors know,
 * and as a rule, whose sentence says what to write instead. Everything is bounded, for the API
 * server refuses rules whose cost is not.
 */
record Schema(ObjectNode node) {
  /** Longest text that has no form of its own. */
  private static final int PROSE = 1024;

  private static final String DURATION =
      "^([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?([0-9]{1,9}ms)?$";
  private static final String PERCENT = "^(100(\\.0{1,9})?|0?[0-9]{1,2}(\\.[0-9]{1,9})?)%$";
  private static final String SHARE = "^(100(\\.0{1,9})?|0?[0-9]{1,2}(\\.[0-9]0{0,8})?)%$";
  private static final String MATCHER =
      "\\s*[a-zA-Z_][a-zA-Z0-9_]*\\s*(=~|!~|!=|=)\\s*\"([^\"\\\\\\n]|\\\\[\\\\\"n])*\"\\s*";
  private static final String SELECTOR =
      "^\\s*[a-zA-Z_:][a-zA-Z0-9_:]*\\s*(\\{(%s(,%s)*,?)?\\s*\\})?\\s*$"
          .formatted(MATCHER, MATCHER);

  static Schema ofType(String type) {
    Schema schema = new Schema(JsonNodeFactory.instance.objectNode());
    schema.node.put("type", type);
    return schema;
  }

  static Schema text() {
    return ofType("string").atMostCharacters(PROSE);
  }

  static Schema name() {
    return ofType("string")
        .atMostCharacters(63)
        .form(
            Fields.LABEL, "write the object's name: lower-case letters, digits and -, at most 63");
  }

  static Schema duration() {
    return ofType("string").atMostCharacters(44).pattern(DURATION).upTo(ShortDuration.LONGEST);
  }

  /** One of these, as a policy writes them. */
  static Schema words(List<? extends Enum<?>> constants) {
    Schema schema = ofType("string");
    for (Enum<?> constant : constants) {
      schema
          .node
          .withArray("enum")
          .add(constant instanceof MetricPreset preset ? preset.label() : Words.of(constant));
    }
    return schema;
  }

  static Schema instant() {
    return ofType("string").with("format", "date-time");
  }

  static Schema selector() {
    return ofType("string")
        .atMostCharacters(PROSE)
        .form(Pattern.compile(SELECTOR), "write a selector like orders_total{outcome!=\"ok\"}");
  }

  /** Whole percents, or a text with its sign. */
  static Schema percent() {
    Schema schema = new Schema(JsonNodeFactory.instance.objectNode());
    schema.node.put("x-kubernetes-int-or-string", true);
    schema.node.putArray("anyOf").addObject().put("type", "integer");
    schema.node.withArray("anyOf").addObject().put("type", "string");
    return schema
        .with("minimum", 0)
        .with("maximum", 100)
        .atMostCharacters(14)
        .pattern(PERCENT)
        .rule(
            "type(self) == int ? self >= 0 && self <= 100 : self.matches('" + cel(PERCENT) + "')",
            "write whole percents like 5, or \"0.5%\", from 0 to 100");
  }

  /** A percentage that routes can split by. */
  Schema share() {
    return pattern(SHARE)
        .rule(
            "type(self) == int || self.matches('" + cel(SHARE) + "')",
            "write a multiple of 0.1%, like \"0.5%\"");
  }

  /** A percentage above nothing, and at most this. */
  Schema above0(int most, String mend) {
    return rule(
        "type(self) == int ? self > 0 && self <= %d : %s > 0.0 && %s <= %d.0"
            .formatted(most, percentOf("self"), percentOf("self"), most),
        mend);
  }

  /** CEL that reads a share, in percent; true to its form, which is checked where it stands. */
  static String percentOf(String share) {
    return "(type(%1$s) == int ? double(%1$s) : double(string(%1$s).split('%%')[0]))"
        .formatted(share);
  }

  Schema upTo(Duration most) {
    return upTo(most, "");
  }

  Schema positive(Duration most) {
    return upTo(most, "self != '' && duration(self) > duration('0s') && ");
  }

  private Schema upTo(Duration most, String more) {
    String longest = most.toHours() > 0 ? most.toHours() + "h" : most.toMinutes() + "m";
    node.remove("x-kubernetes-validations");
    return rule(
        "self != '' && self.matches('%s') && %sduration(self) <= duration('%s')"
            .formatted(cel(DURATION), more.replace("self != '' && ", ""), longest),
        "write a duration like 90s, 5m, 1h30m or 500ms, %sat most %s"
            .formatted(more.isEmpty() ? "" : "above 0s and ", longest));
  }

  Schema form(Pattern form, String mend) {
    String whole = "^" + form.pattern().replaceAll("^\\^|\\$$", "") + "$";
    return pattern(whole).rule("self.matches('" + cel(whole) + "')", mend);
  }

  Schema pattern(String pattern) {
    return with("pattern", pattern);
  }

  /**
   * A whole number is compared with the whole part of a bound (seen on 1.37), so 0 passes 0.001.
   */
  Schema between(double min, double max) {
    Schema bounded = with("minimum", plain(min)).with("maximum", plain(max));
    return min == Math.rint(min)
        ? bounded
        : bounded.rule(
            "self >= " + min, "write a number from %s to %s".formatted(plain(min), plain(max)));
  }

  private static Number plain(double number) {
    if (number == Math.rint(number)) {
      return (long) number;
    }
    return number;
  }

  Schema atMostCharacters(int most) {
    return with("maxLength", most);
  }

  Schema items(int min, int max) {
    return (min > 0 ? with("minItems", min) : this).with("maxItems", max);
  }

  /** Each element of this list has another value of the key, an expression on {@code a}. */
  Schema distinct(String key) {
    return rule(
        "self.all(a, self.exists_one(b, %s == %s))".formatted(key, key.replaceAll("\\ba\\b", "b")),
        "give each a name of its own");
  }

  Schema rule(String rule, String message) {
    node.withArray("x-kubernetes-validations")
        .addObject()
        .put("rule", rule)
        .put("message", message);
    return this;
  }

  /** A rule on an object, whose sentence is about one of its fields. */
  Schema rule(String rule, String message, String fieldPath) {
    node.withArray("x-kubernetes-validations")
        .addObject()
        .put("rule", rule)
        .put("message", message)
        .put("fieldPath", fieldPath);
    return this;
  }

  Schema with(String key, Object value) {
    node.putPOJO(key, value);
    return this;
  }

  /** A text as it stands between single quotes in CEL. */
  static String cel(String text) {
    return text.replace("\\", "\\\\").replace("'", "\\'");
  }
}
