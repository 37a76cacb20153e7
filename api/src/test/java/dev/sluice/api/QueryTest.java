package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be told of a query without asking it. */
class QueryTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders_total{{{selector}}}",
        "sum by (pod) (orders_total{outcome!=\"ok\",{{selector}}}) or vector(0)",
        "sum(a{ {{selector}} }) + sum(b{x='}',{{selector}}})",
        "sum(a{x=\"\\\"}\",{{selector}}}) # rate( and } are words here",
        "sum(a{x=`\\`,{{selector}}})",
        "sum(error_rate{{{selector}}})",
        "sum(my_rate_total{{{selector}}})",
      })
  void these_are_queries(String text) {
    assertThat(Query.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sum(orders_total) | it has no {{selector}}, without which both versions",
        "sum(orders_total) # {{selector}} | it has no {{selector}}",
        "sum(a{x=\"{{selector}}\"}) | {{selector}} stands in quotes",
        "sum(a) by ({{selector}}) | {{selector}} stands outside of a metric's braces",
        "{{selector}} | {{selector}} stands outside of a metric's braces",
        "sum(a{{{selector}}} | a ( is never closed",
        "sum(a{{{selector}}})) | a ) closes nothing",
        "sum(a{{{selector}}]) | a ] closes nothing",
        "sum(a{x=\"y,{{selector}}}) | {{selector}} stands in quotes",
        "sum(a{{{selector}}}) + b{x=\"y} | a \" is never closed",
        "sum(a{{{stable}}}) | it has {{stable}}; the same query is asked of both versions",
        "sum(rate(a{{{selector}}}[5m])) | it uses rate(), and what is judged",
        "sum(increase (a{{{selector}}}[1m])) | it uses increase()",
        "avg_over_time(a{{{selector}}}[1m]) | it uses avg_over_time()",
      })
  void these_are_not_and_the_sentence_says_why(String text, String why) {
    assertThatThrownBy(() -> Query.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void one_that_is_too_long_is_none() {
    assertThatThrownBy(() -> Query.parse("sum(a{{{selector}}})" + " ".repeat(Query.CHARACTERS)))
        .hasMessageContaining("more than 1024 characters");
  }

  @Test
  void it_is_asked_of_one_version_at_a_time() {
    assertThat(Query.parse("sum(a{{{selector}}}) or b{c=\"$1\",{{selector}}}").of("pod=~\"x$\""))
        .isEqualTo("sum(a{pod=~\"x$\"}) or b{c=\"$1\",pod=~\"x$\"}");
  }
}
