package dev.sluice.probes.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers as Prometheus 2.42 and its relatives give them. */
class AnswersTest {
  @Test
  void a_vector_is_its_samples() {
    Answer answer =
        read(
            """
            {"status":"success","data":{"resultType":"vector","result":[
              {"metric":{"pod":"orders-1"},"value":[1764088200.123,"12"]},
              {"metric":{},"value":[1764088200.123,"1.5e+03"]}]}}
            """);
    assertThat(answer)
        .isEqualTo(
            new Answer.Samples(
                List.of(
                    new Answer.Sample(Map.of("pod", "orders-1"), 12),
                    new Answer.Sample(Map.of(), 1500))));
  }

  @Test
  void a_scalar_is_one_sample_and_nothing_is_none() {
    assertThat(
            read(
                """
                {"status":"success","data":{"resultType":"scalar","result":[1764088200,"3"]}}
                """))
        .isEqualTo(new Answer.Samples(List.of(new Answer.Sample(Map.of(), 3))));
    assertThat(read("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}"))
        .isEqualTo(new Answer.Samples(List.of()));
  }

  @Test
  void numbers_that_are_none_come_through_as_they_are() {
    assertThat(values("NaN")).containsExactly(Double.NaN);
    assertThat(values("+Inf")).containsExactly(Double.POSITIVE_INFINITY);
    assertThat(values("-Inf")).containsExactly(Double.NEGATIVE_INFINITY);
    assertThat(values("-3")).containsExactly(-3.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}} | gave a range of values",
        "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"string\",\"result\":[1,\"a\"]}} | gave a text",
        "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"tensor\",\"result\":[]}} | of a kind that is not known",
        "200 | {\"status\":\"success\",\"data\":{}} | of a kind that is not known",
        "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":{}}} | gave a vector that is none",
        "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{}}]}} | without a number",
        "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\"x\"]}]}} | without a number",
        "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"histogram\":[1,{}]}]}} | native histograms",
        "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[]}} | a scalar without a number",
        "200 | {\"status\":\"success\",\"warnings\":[\"a store is down\"],\"data\":{\"resultType\":\"vector\",\"result\":[]}} | a part only: a store is down",
        "200 | {\"status\":\"error\",\"error\":\"odd\"} | answered 200: odd",
        "200 | <html> | gave an answer that is no JSON",
        "400 | {\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"invalid parameter\\n2\"} | answered 400: invalid parameter 2",
        "401 | Unauthorized | answered 401",
        "422 | {\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"many-to-many\"} | answered 422: many-to-many",
        "302 | `` | answered 302",
        "503 | {\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"query timed out\"} | answered 503: query timed out",
      })
  void what_cannot_be_used_is_not_known_and_says_why(int status, String body, String why) {
    assertThat(Answers.read(status, body.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            Answer.Unknown.class, unknown -> assertThat(unknown.why()).contains(why));
  }

  @Test
  void what_others_say_is_cut_short() {
    String body = "{\"status\":\"error\",\"error\":\"" + "x".repeat(5000) + "\"}";
    assertThat(Answers.read(422, body.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            Answer.Unknown.class, unknown -> assertThat(unknown.why()).hasSizeLessThan(250));
  }

  private static List<Double> values(String number) {
    return switch (read(
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\"%s\"]}]}}"
            .formatted(number))) {
      case Answer.Samples samples -> samples.all().stream().map(Answer.Sample::value).toList();
      case Answer.Unknown unknown -> throw new AssertionError(unknown.why());
    };
  }

  private static Answer read(String body) {
    return Answers.read(200, body.getBytes(StandardCharsets.UTF_8));
  }
}
