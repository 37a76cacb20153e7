package dev.sluice.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.OperatorProcess.Surroundings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Who is told of releases, by an operator that may read a Secret once somebody says so: first it
 * may not, then it may, and in mid-release it is killed.
 */
@Tag("cluster")
@Tag("own")
@Tag("slow")
@Tag("long")
@Timeout(900)
class NotificationsOnRealClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Path FOLDER = Path.of("target", "e2e", "notifications");
  private static final String NAMESPACE = "shop";
  private static final String TOKEN = "T0kenOfTheHookThatNobodyMayKnow";
  private static final String KEY =
      "whsec_"
          + Base64.getEncoder().encodeToString("a key of thirty-two bytes, quite".getBytes(UTF_8));
  private static final String SLACK = "https://hooks.slack.com/services/…";
  private static final String SPEC =
      """
      route: { gateway: { httpRoutes: [{ name: order-service }] } }
      strategy:
        canary:
          stages:
            - { name: small, weight: 20, min: 8s, max: 20s }
            - { name: half, weight: 50, min: 8s, max: 20s }
          bake: 5s
      drain: 1s
      keepWarm: 3s
      analysis: { arm: Always }
      notify:
        - name: team
          slack: { secret: { name: release-hooks, key: slack-url } }
          when: [Started, Aborted, Succeeded]
          template: "{{occasion}} {{release}} {{version}}: {{sentence}}"
        - name: board
          webhook:
            secret: { name: release-hooks, key: board-url }
            hmac: { name: release-hooks, key: board-key }
          when: [Started, Aborted, Succeeded]
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.with(Options.SMALL);

  @Test
  void the_right_is_asked_for_all_is_told_once_and_no_secret_is_seen_anywhere() throws Exception {
    SluiceOnCluster.install(cluster.kubelab());
    try (Hooks hooks = new Hooks(FOLDER);
        OperatorProcess operator =
            new OperatorProcess(
                cluster.kubelab(),
                cluster.gateway(),
                "dev.sluice.cli.Main",
                FOLDER,
                URI.create(cluster.kubelab().admin().getConfiguration().getMasterUrl()),
                new Surroundings(hooks.trusted(), Path.of("")));
        ReleasedShop shop = cluster.open(NAMESPACE)) {
      shop.breaks("told"); // while nobody is there who could tell
      Kubectl admin = Kubectl.admin(cluster.kubelab(), NAMESPACE);
      // The page's own lines, by whoever administers the namespace.
      List<String> lines = new Page("docs/notifications.md").block("sh", SLACK).lines().toList();
      assertThat(lines).hasSize(3);
      Shell owner =
          Person.of(cluster.kubelab(), NAMESPACE, "ada", FOLDER, "admin")
              .shell(FOLDER.resolve("ada"));
      owner.run(
          "%s '--from-literal=board-url=%s' --from-literal=board-key=%s"
              .formatted(
                  lines.getFirst().replace(SLACK, hooks.url("/services/" + TOKEN)),
                  hooks.url("/board?token=" + TOKEN),
                  KEY));
      operator.start();
      shop.adopt(SPEC);
      shop.comeUsers(100);

      // Without the right: it is said, with what to do, and the release goes on.
      Await.until("the operator says what it may not", PATIENCE, () -> notTold(admin).size() == 2);
      String sentence = notTold(admin).getFirst();
      assertThat(sentence)
          .contains("Sluice may not read the Secret shop/release-hooks")
          .contains(lines.get(1), lines.get(2));
      shop.shop().deploy(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      assertThat(hooks.got()).isEmpty();
      assertThat(operator.said(NAMESPACE)).filteredOn(s -> s.startsWith("not-told")).hasSize(2);

      // With the right that the sentence asked for, and killed in mid-release.
      shop.awaitReady();
      owner.run(lines.get(1) + "\n" + lines.get(2));
      shop.shop().deploy(Edition.of("v3").with("ERRORS", 0.33));
      Await.until("both are told that it has started", PATIENCE, () -> hooks.got().size() == 2);
      operator.kill();
      operator.start();
      assertThat(shop.awaitEnd(2)).isEqualTo("Aborted");
      Await.until("both are told that it was aborted", PATIENCE, () -> hooks.got().size() == 4);
      operator.kill();
      operator.start();
      shop.shop().deploy(Edition.of("v2").round(3));
      assertThat(shop.awaitEnd(3)).isEqualTo("Succeeded");
      Await.until("both are told of the third release", PATIENCE, () -> hooks.got().size() >= 8);

      // Each once, though two operators were killed and each first try had failed.
      assertThat(told(hooks, "/board"))
          .containsExactly(
              "Started order-service-2",
              "Aborted order-service-2",
              "Started order-service-3",
              "Succeeded order-service-3");
      assertThat(hooks.got().stream().filter(g -> g.path().startsWith("/services")))
          .extracting(g -> g.body().path("text").asText())
          .satisfiesExactly(
              started ->
                  assertThat(started).startsWith("Started order-service-2 order-service:v3: "),
              aborted ->
                  assertThat(aborted)
                      .startsWith("Aborted order-service-2 order-service:v3: ")
                      .contains("of the candidate's requests were bad"),
              again -> assertThat(again).startsWith("Started order-service-3 order-service:v2: "),
              succeeded -> assertThat(succeeded).startsWith("Succeeded order-service-3"));
      shop.awaitReady();
      assertThat(shop.leaveAndCountLost()).isZero();
      assertNoSecretIn(Files.readString(FOLDER.resolve("operator.log")), "the operator's log");
      assertNoSecretIn(admin.run("get", "events", "-A", "-o", "yaml"), "events");
      assertNoSecretIn(
          admin.run("get", "releasepolicies,releases,releasecommands", "-o", "yaml"),
          "Sluice's objects");
      hooks.got().forEach(got -> assertNoSecretIn(got.body().toString(), "a notification"));
    }
  }

  private static List<String> told(Hooks hooks, String path) {
    return hooks.got().stream()
        .filter(got -> got.path().startsWith(path))
        .map(
            got -> got.body().path("occasion").asText() + " " + got.body().path("release").asText())
        .toList();
  }

  private static List<String> notTold(Kubectl admin) {
    return Json.read(
            admin.run(
                "get", "events.events.k8s.io", "--field-selector=reason=NotTold", "-o", "json"))
        .path("items")
        .valueStream()
        .map(event -> event.path("note").asText())
        .toList();
  }

  private static void assertNoSecretIn(String text, String where) {
    assertThat(text).as("%s was looked at", where).isNotEmpty();
    for (String secret : List.of(TOKEN, KEY, KEY.substring("whsec_".length()))) {
      assertThat(text)
          .as(where)
          .doesNotContain(secret)
          .doesNotContain(Base64.getEncoder().encodeToString(secret.getBytes(UTF_8)));
    }
  }
}
