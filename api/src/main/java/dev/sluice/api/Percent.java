package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.engine.model.Share;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A share as a policy writes it: a whole number of percents ({@code 5}) or a text with its sign
 * ({@code "0.5%"}). A bare fraction is refused, as 0.5 could mean a half as well as half a percent.
 *
 * @param value in percent, 0 to 100
 */
public record Percent(BigDecimal value) {
  private static final Pattern FORM = Pattern.compile("\\d{1,3}(\\.\\d{1,9})?%");
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  public Percent {
    if (value.signum() < 0 || value.compareTo(HUNDRED) > 0) {
      throw new IllegalArgumentException("a share is 0% to 100%, not " + value + "%");
    }
    value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
  }

  /**
   * Reads {@code 5%} or {@code 0.5%}.
   *
   * @throws IllegalArgumentException with a sentence that says how to write it
   */
  public static Percent parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a share; write percents like 5 or \"0.5%\"");
    }
    return new Percent(new BigDecimal(text.substring(0, text.length() - 1)));
  }

  /** Whole percents, 0 to 100. */
  public static Percent of(int percent) {
    return new Percent(BigDecimal.valueOf(percent));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static Percent fromJson(JsonNode node) {
    return node.isIntegralNumber()
        ? new Percent(new BigDecimal(node.bigIntegerValue()))
        : parse(node.asText());
  }

  static Optional<Percent> tryFrom(JsonNode node) {
    if (!node.isIntegralNumber() && !node.isTextual()) {
      return Optional.empty();
    }
    try {
      return Optional.of(fromJson(node));
    } catch (IllegalArgumentException notAShare) {
      return Optional.empty();
    }
  }

  /** As a fraction, 0..1. */
  public double fraction() {
    return value.movePointLeft(2).doubleValue();
  }

  /** Whether it is a multiple of 0.1 %, the finest that data planes split by. */
  public boolean servable() {
    return value.scale() <= 1;
  }

  /** As a share of traffic, rounded down to 0.1 %. */
  public Share share() {
    return new Share(value.movePointRight(1).intValue());
  }

  /** As a person writes it: {@code 5%}, {@code 0.5%}. */
  @Override
  @JsonValue
  public String toString() {
    return value.toPlainString() + "%";
  }
}
