package dev.sluice.probes.notify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.api.Notify;
import dev.sluice.api.Notify.CloudEvents;
import dev.sluice.api.Notify.Mode;
import dev.sluice.api.Notify.Occasion;
import dev.sluice.api.Notify.Webhook;
import dev.sluice.api.SecretKey;
import io.cloudevents.CloudEvent;
import io.cloudevents.http.HttpMessageFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiversTest {
  private static final String TOKEN = "T0KEN-of-nobodys-business";
  private static final String KEY = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);

  @TempDir private static Path folder;
  private static SSLContext tls;
  private static Outside outside;

  private final Told told = new Told();

  @BeforeAll
  static void trust() {
    tls = Trust.made(folder);
    outside = Outside.trusting(tls);
  }

  private Receivers receivers(Notify... receivers) {
    return receivers(Told.QUICK, receivers);
  }

  private Receivers receivers(Bounds bounds, Notify... receivers) {
    return Receivers.of("order-service", List.of(receivers), told, told, outside, bounds);
  }

  private void awaitResults(int count) {
    Told.await(() -> told.results().size() == count);
  }

  @Test
  void slack_gets_text_and_blocks_in_which_nothing_is_a_mention() throws IOException {
    try (Hook hook = Hook.tls(tls, (_, _) -> 200)) {
      SecretKey url = told.secret("slack", hook.url("/services/" + TOKEN));
      try (Receivers receivers = receivers(Told.slack(url))) {
        receivers.tell(Told.notice(7, Occasion.ABORTED, "<!channel> & \"quotes\"\nare text"));
        awaitResults(1);
      }
      assertThat(told.results()).containsExactly("slack SENT");
      assertThat(hook.got.getFirst().uri()).isEqualTo("/services/" + TOKEN);
      JsonNode body = Texts.JSON.readTree(hook.got.getFirst().body());
      assertThat(body.path("text").asText())
          .isEqualTo(
              "*order-service-7 (order-service:v3) in shop was aborted*\n"
                  + "&lt;!channel&gt; &amp; \"quotes\"\nare text");
      assertThat(body.at("/blocks/0/type").asText()).isEqualTo("section");
      assertThat(body.at("/blocks/0/text/type").asText()).isEqualTo("mrkdwn");
      assertThat(body.at("/blocks/1/elements/0/text").asText())
          .isEqualTo(
              "policy order-service, stage half, weight 50%, odds of harm 132, requests hurt 14");
    }
  }

  @Test
  void teams_gets_a_card_in_which_nothing_is_markdown() throws IOException {
    try (Hook hook = Hook.tls(tls, (_, _) -> 202)) {
      SecretKey url = told.secret("teams", hook.url("/workflows?sig=" + TOKEN));
      try (Receivers receivers = receivers(Told.teams(url))) {
        receivers.tell(Told.notice(7, Occasion.WAITING, "[a link](https://evil.example)"));
        awaitResults(1);
      }
      JsonNode body = Texts.JSON.readTree(hook.got.getFirst().body());
      assertThat(hook.got.getFirst().uri()).endsWith("?sig=" + TOKEN);
      assertThat(body.path("type").asText()).isEqualTo("message");
      JsonNode attachment = body.at("/attachments/0");
      assertThat(attachment.path("contentType").asText())
          .isEqualTo("application/vnd.microsoft.card.adaptive");
      assertThat(attachment.at("/content/type").asText()).isEqualTo("AdaptiveCard");
      assertThat(attachment.at("/content/body").findValuesAsText("type"))
          .containsOnly("RichTextBlock", "TextRun");
      assertThat(attachment.at("/content/body/1/inlines/0/text").asText())
          .isEqualTo("[a link](https://evil.example)");
    }
  }

  @Test
  void a_webhook_is_signed_so_that_others_can_verify_it() throws Exception {
    try (Hook hook = Hook.plain((_, _) -> 204)) {
      SecretKey key = told.secret("hmac", KEY);
      Webhook webhook = new Webhook(Optional.of(hook.url("/in")), Optional.empty(), key);
      try (Receivers receivers = receivers(Told.webhook(webhook))) {
        receivers.tell(Told.aborted(7));
        awaitResults(1);
      }
      Hook.Got got = hook.got.getFirst();
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
      byte[] expected =
          mac.doFinal(
              (got.header("webhook-id") + "." + got.header("webhook-timestamp") + "." + got.body())
                  .getBytes(UTF_8));
      assertThat(got.header("webhook-id")).isEqualTo("id-7-ABORTED");
      assertThat(Instant.ofEpochSecond(Long.parseLong(got.header("webhook-timestamp"))))
          .isBetween(Instant.now().minusSeconds(60), Instant.now());
      assertThat(got.header("webhook-signature"))
          .isEqualTo("v1," + Base64.getEncoder().encodeToString(expected));
      JsonNode body = Texts.JSON.readTree(got.body());
      assertThat(body.path("type").asText()).isEqualTo("dev.sluice.release.aborted");
      assertThat(body.path("sentence").asText()).startsWith("errors: 3%");
      assertThat(body.path("odds").asDouble()).isEqualTo(132.4);
      assertThat(byTheDocs(got)).isEqualTo(0);
    }
  }

  /** The one-liner of the docs, on this request; 0: it says yes. */
  private static int byTheDocs(Hook.Got got) throws IOException, InterruptedException {
    Matcher block =
        Pattern.compile("(?ms)^```sh verify\\n(.*?)^```$")
            .matcher(Files.readString(Path.of("../docs/notifications.md")));
    assertThat(block.find()).as("docs/notifications.md shows how to verify").isTrue();
    Path body = Files.writeString(folder.resolve("body"), got.body());
    ProcessBuilder shell = new ProcessBuilder("bash", "-c", block.group(1));
    shell.environment().put("SECRET", KEY);
    shell.environment().put("ID", got.header("webhook-id"));
    shell.environment().put("TIMESTAMP", got.header("webhook-timestamp"));
    shell.environment().put("SIGNATURE", got.header("webhook-signature"));
    shell.environment().put("BODY", body.toString());
    Process process = shell.redirectErrorStream(true).start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void cloud_events_are_read_by_their_own_library_in_both_modes() {
    for (Mode mode : Mode.values()) {
      try (Hook hook = Hook.tls(tls, (_, _) -> 202)) {
        SecretKey token = told.secret("token", TOKEN);
        CloudEvents to =
            new CloudEvents(
                Optional.of(hook.url("/events")), Optional.empty(), mode, Optional.of(token));
        int before = told.results().size();
        try (Receivers receivers = receivers(Told.events(to))) {
          receivers.tell(Told.aborted(7));
          awaitResults(before + 1);
        }
        Hook.Got got = hook.got.getFirst();
        CloudEvent event =
            HttpMessageFactory.createReaderFromMultimap(got.headers(), got.body().getBytes(UTF_8))
                .toEvent();
        assertThat(got.header("Authorization")).isEqualTo("Bearer " + TOKEN);
        assertThat(got.header("ce-id").isEmpty()).isEqualTo(mode == Mode.STRUCTURED);
        assertThat(event.getId()).isEqualTo("id-7-ABORTED");
        assertThat(event.getType()).isEqualTo("dev.sluice.release.aborted");
        assertThat(event.getSource().toString())
            .isEqualTo("/apis/sluice.dev/v1alpha1/namespaces/shop/releasepolicies/order-service");
        assertThat(event.getSubject()).isEqualTo("order-service-7");
        assertThat(new String(event.getData().toBytes(), UTF_8)).contains("\"hurt\":14");
      }
    }
  }

  @Test
  void who_answers_500_is_told_again_and_once_only() {
    try (Hook hook = Hook.tls(tls, (number, _) -> number < 3 ? 500 : 200)) {
      SecretKey url = told.secret("slack", hook.url("/" + TOKEN));
      try (Receivers receivers = receivers(Told.slack(url))) {
        receivers.tell(Told.aborted(7));
        awaitResults(1);
      }
      assertThat(told.results()).containsExactly("slack SENT");
      assertThat(hook.got).hasSize(3);
      assertThat(told.said).isEmpty();
    }
  }

  @Test
  void tries_have_an_end_and_the_receiver_is_named_once_until_it_works_again() {
    boolean[] works = new boolean[1];
    try (Hook hook = Hook.tls(tls, (_, _) -> works[0] ? 200 : 503)) {
      SecretKey url = told.secret("slack", hook.url("/" + TOKEN));
      try (Receivers receivers = receivers(Told.slack(url))) {
        receivers.tell(Told.aborted(1));
        receivers.tell(Told.aborted(2));
        awaitResults(2);
        assertThat(hook.got).hasSize(6);
        assertThat(told.said)
            .containsExactly(
                "The receiver slack (slack) was not told that order-service-1 (order-service:v3)"
                    + " in shop was aborted: it answered 503, and it was tried again for as long as"
                    + " it may be.");
        works[0] = true;
        receivers.tell(Told.aborted(3));
        awaitResults(3);
        works[0] = false;
        receivers.tell(Told.aborted(4));
        awaitResults(4);
      }
      assertThat(told.said).hasSize(2);
    }
  }

  @Test
  void retry_after_is_waited_for_within_bounds() {
    Instant now = Instant.parse("2026-11-26T03:14:15Z");
    assertThat(Post.after("7", now)).contains(Duration.ofSeconds(7));
    assertThat(Post.after("86400", now)).contains(Duration.ofSeconds(60));
    assertThat(Post.after("Thu, 26 Nov 2026 03:14:45 GMT", now)).contains(Duration.ofSeconds(30));
    assertThat(Post.after("soon", now)).isEmpty();
    assertThat(Post.after("0", now)).isEmpty();

    List<Long> times = new ArrayList<>();
    try (Hook hook =
        Hook.tls(
            tls,
            (number, exchange) -> {
              times.add(System.nanoTime());
              exchange.getResponseHeaders().set("Retry-After", "1");
              return number == 1 ? 429 : 200;
            })) {
      SecretKey url = told.secret("slack", hook.url("/" + TOKEN));
      try (Receivers receivers = receivers(Told.slack(url))) {
        receivers.tell(Told.aborted(7));
        awaitResults(1);
      }
      assertThat(told.results()).containsExactly("slack SENT");
      assertThat(Duration.ofNanos(times.get(1) - times.get(0)))
          .isGreaterThan(Duration.ofMillis(700));
    }
  }

  @Test
  void who_hangs_keeps_nobody_waiting_and_what_is_too_much_for_it_is_dropped_and_counted() {
    try (Hook hanging = Hook.tls(tls, (_, _) -> 0);
        Hook other = Hook.tls(tls, (_, _) -> 200)) {
      SecretKey hangs = told.secret("hangs", hanging.url("/" + TOKEN));
      SecretKey works = told.secret("works", other.url("/workflows"));
      Receivers receivers = receivers(Told.slack(hangs), Told.teams(works));
      receivers.tell(Told.aborted(0));
      Told.await(() -> hanging.got.size() == 1);

      long began = System.nanoTime();
      for (int i = 1; i <= 10; i++) {
        int sofar = i;
        receivers.tell(Told.aborted(i));
        Told.await(() -> other.got.size() == sofar + 1);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - began);

      assertThat(took).as("ten were told beside it").isLessThan(Posting.ANSWER);
      assertThat(told.results()).filteredOn("slack DROPPED"::equals).hasSize(6);
      assertThat(told.said)
          .containsExactly(
              "The receiver slack (slack) is told nothing more for now: 4 notifications wait for it"
                  + " already.");
      receivers.close();
    }
  }

  @Test
  void a_redirect_is_not_followed() {
    try (Hook elsewhere = Hook.tls(tls, (_, _) -> 200);
        Hook hook =
            Hook.tls(
                tls,
                (_, exchange) -> {
                  exchange
                      .getResponseHeaders()
                      .set("Location", elsewhere.url("/" + TOKEN + exchange.getRequestURI()));
                  return 307;
                })) {
      SecretKey url = told.secret("slack", hook.url("/" + TOKEN));
      try (Receivers receivers = receivers(Told.slack(url))) {
        receivers.tell(Told.aborted(7));
        awaitResults(1);
      }
      assertThat(elsewhere.got).isEmpty();
      assertThat(hook.got).hasSize(1);
      assertThat(told.said)
          .singleElement()
          .asString()
          .contains("it answered 307, and redirects are not followed");
    }
  }

  @Test
  void no_sentence_holds_a_secret_whatever_goes_wrong() {
    String away;
    try (Hook gone = Hook.tls(tls, (_, _) -> 200)) {
      away = gone.url("/" + TOKEN);
    }
    try (Hook echo = Hook.tls(tls, (_, _) -> 400)) {
      SecretKey open = told.secret("hmac", KEY);
      try (Receivers receivers =
          receivers(
              Told.slack(told.secret("echo", echo.url("/" + TOKEN))),
              Told.slack(told.secret("away", away)),
              Told.slack(told.secret("clear", "http://localhost/" + TOKEN)),
              Told.slack(told.secret("odd", "https://local host/" + TOKEN)),
              Told.slack(told.secret("user", "https://" + TOKEN + "@localhost/")),
              Told.slack(told.secret("lines", "https://localhost/\n" + TOKEN)),
              Told.webhook(new Webhook(Optional.of(echo.url("/in")), Optional.empty(), open)),
              Told.webhook(
                  new Webhook(
                      Optional.of(echo.url("/in")),
                      Optional.empty(),
                      told.secret("short", TOKEN.substring(0, 8)))),
              Told.events(
                  new CloudEvents(
                      Optional.of(echo.url("/events")),
                      Optional.empty(),
                      Mode.BINARY,
                      Optional.of(told.secret("spaces", TOKEN + " " + TOKEN)))))) {
        receivers.tell(Told.aborted(7));
        awaitResults(9);
      }
      assertThat(told.results()).doesNotContain("slack SENT").hasSize(9);
      assertThat(told.said)
          .hasSize(9)
          .noneMatch(s -> s.contains(TOKEN.substring(0, 8)) || s.contains(KEY.substring(7)));
    }
  }

  @Test
  void a_secret_is_read_anew_each_time() {
    try (Hook hook = Hook.tls(tls, (_, _) -> 200)) {
      SecretKey url = told.secret("slack", hook.url("/old"));
      try (Receivers receivers = receivers(Told.slack(url))) {
        receivers.tell(Told.aborted(1));
        awaitResults(1);
        told.secret("slack", hook.url("/new"));
        receivers.tell(Told.aborted(2));
        awaitResults(2);
      }
      assertThat(hook.got).extracting(Hook.Got::uri).containsExactly("/old", "/new");
    }
  }

  @Test
  void what_is_lacking_is_said_before_there_is_anything_to_tell() {
    try (Receivers _ = receivers(Told.slack(new SecretKey("none", "url")))) {
      Told.await(() -> !told.said.isEmpty());
      assertThat(told.said)
          .containsExactly(
              "The receiver slack (slack) will be told nothing: there is no Secret none.");
    }
  }
}
