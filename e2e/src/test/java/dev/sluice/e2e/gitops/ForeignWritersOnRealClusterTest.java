package dev.sluice.e2e.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.Await;
import dev.sluice.e2e.Edition;
import dev.sluice.e2e.Kubelab.Options;
import dev.sluice.e2e.RealCluster;
import dev.sluice.e2e.ReleasedShop;
import dev.sluice.e2e.gitops.ForeignWriter.Round;
import dev.sluice.e2e.gitops.Traces.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Somebody else writes to a shop's objects without end while it releases: GitOps tools with their
 * own code, Helm, kubectl in all its ways, as the shop's developer. The policy is in Git, too.
 */
@Tag("cluster")
@Tag("slow")
@Tag("long")
@Tag("full")
@Timeout(600)
class ForeignWritersOnRealClusterTest {
  private static final double RATE = Double.parseDouble(System.getProperty("sluice.rate", "100"));
  private static final Duration SETTLED = Duration.ofSeconds(4);
  private static final int STANDS = 5; // rounds that an abort is seen to stand

  /** Versions of the four objects that Sluice wrote, for three releases: 30 with every writer. */
  private static final long SLUICES_WRITES = 36;

  private static final String POLICY =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: ReleasePolicy
      metadata: { name: order-service, namespace: NAMESPACE }
      spec:
        workloadRef: { name: order-service }
        services: [order-service]
        route: { gateway: { httpRoutes: [{ name: order-service }] } }
        strategy:
          canary:
            stages:
              - { name: small, weight: 10, min: 3s, max: 8s }
              - { name: half, weight: 50, min: 3s, max: 8s }
            bake: 3s
        keepWarm: 0s
        drain: 1s
        analysis: { arm: Always }
      """;

  @RegisterExtension static final RealCluster cluster = RealCluster.withSluice(Options.SMALL);

  @AfterAll
  static void tell() {
    System.out.println("the operator asked, for all shops: " + cluster.sluice().requests());
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("whoReleasesNothing")
  @Execution(ExecutionMode.CONCURRENT)
  void releases_end_as_they_should_whoever_writes_beside_them(Writer writer) {
    try (ReleasedShop shop = cluster.open(namespace(writer));
        ForeignWriter foreign = given(shop, writer)) {
      if (writer == Writer.SCALE) {
        shop.breaks("flapping"); // the candidate's size follows
      }
      foreign.begin();
      shop.awaitReady();
      shop.comeUsers(RATE);

      foreign.push(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      shop.awaitReady();

      foreign.push(Edition.of("v3").with("ERRORS", 0.33));
      assertThat(shop.awaitEnd(2)).isEqualTo("Aborted");
      if (!writer.waits()) {
        int sofar = foreign.rounds().size();
        Await.until(
            "the writer went on",
            SETTLED.multipliedBy(5),
            () -> foreign.rounds().size() >= sofar + STANDS);
      }
      assertThat(shop.phase(2)).as("an abort stays one").isEqualTo("Aborted");
      assertThat(shop.shop().served()).contains("v2");
      foreign.push(Edition.of("v2"));
      shop.awaitReady();

      List<String> ends = new ArrayList<>(List.of("Succeeded", "Aborted"));
      if (!writer.waits()) {
        foreign.push(Edition.of("v2").round(2));
        shop.awaitStage(3, "half");
        foreign.push(Edition.of("v2"));
        assertThat(shop.awaitEnd(3)).isEqualTo("Reverted");
        ends.add("Reverted");
        shop.awaitReady();
      }
      Await.until("it is seen to be well", SETTLED.multipliedBy(3), () -> seenWell(foreign, shop));
      foreign.stop();

      long lost = shop.leaveAndCountLost();
      Traces traces = new Traces(shop.versions());
      tell(foreign, traces);
      assertThat(lost).as("lost by the system").isZero();
      assertThat(shop.releases()).as("nobody else made one").hasSize(ends.size());
      assertKept(traces);
      // One that was taken away and put back would come more often; a release may follow another
      // before the first one's pin has gone.
      assertThat(traces.comings("Service", "annotations", "pin"))
          .as("pins")
          .isBetween(1L, (long) ends.size());
      assertThat(traces.comings("Deployment", "labels", "held"))
          .as("holds")
          .isBetween(1L, (long) ends.size());
      // Who edits takes the policy's label away four times in fifteen; it is put back.
      int edits = writer == Writer.EDIT ? foreign.rounds().size() : 0;
      assertThat(traces.hands().sluice()).isLessThanOrEqualTo(SLUICES_WRITES + edits / 2);
      assertWellWhenReady(foreign, traces);
      assertAsTheGuideSays(writer, foreign, traces);
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("whoReleases")
  @Execution(ExecutionMode.CONCURRENT)
  void a_template_that_somebody_writes_by_a_command_is_a_release_of_its_own(Writer writer) {
    try (ReleasedShop shop = cluster.open(namespace(writer));
        ForeignWriter foreign = given(shop, writer)) {
      shop.awaitReady();
      shop.comeUsers(RATE);
      foreign.push(Edition.of("v2"));
      assertThat(shop.awaitEnd(1)).isEqualTo("Succeeded");
      shop.awaitReady();
      Set<String> before = shop.pods();

      // Each second; kubectl itself refuses it while the Deployment is paused.
      foreign.begin();
      assertThat(shop.awaitEnd(2)).isEqualTo("Succeeded");
      assertThat(shop.awaitEnd(3)).as("of the next such write").isEqualTo("Succeeded");
      foreign.stop();
      shop.awaitReady();

      long lost = shop.leaveAndCountLost();
      Traces traces = new Traces(shop.versions());
      tell(foreign, traces);
      assertThat(lost).as("lost by the system").isZero();
      assertThat(shop.pods()).as("made anew, by releases").doesNotContainAnyElementsOf(before);
      for (int release = 1; release <= shop.releases().size(); release++) {
        assertThat(shop.phase(release)).as("release %d", release).isEqualTo("Succeeded");
      }
      assertKept(traces);
    }
  }

  static Stream<Writer> whoReleasesNothing() {
    return chosen().filter(writer -> !writer.releases());
  }

  static Stream<Writer> whoReleases() {
    return chosen().filter(Writer::releases);
  }

  /** All, or those that {@code -Dsluice.writers=FLUX,HELM} names. */
  private static Stream<Writer> chosen() {
    List<String> names = List.of(System.getProperty("sluice.writers", "").split(","));
    return Stream.of(Writer.values())
        .filter(writer -> names.equals(List.of("")) || names.contains(writer.name()));
  }

  private static ForeignWriter given(ReleasedShop shop, Writer writer) {
    return ForeignWriter.of(
        shop.shop(), writer, Edition.of("v1"), POLICY.replace("NAMESPACE", shop.namespace()));
  }

  private static void assertKept(Traces traces) {
    assertThat(traces.otherWeights()).as("weights as asked").isEmpty();
    assertThat(traces.otherPauses()).as("held is paused").isEmpty();
    assertThat(traces.otherPins("Service", "/spec/selector")).isEmpty();
    assertThat(traces.otherPins("PodDisruptionBudget", "/spec/selector/matchLabels")).isEmpty();
  }

  /** A tool that computes health has told some since the policy is Ready for good. */
  private static boolean seenWell(ForeignWriter foreign, ReleasedShop shop) {
    List<Round> rounds = foreign.rounds();
    return rounds.isEmpty()
        || rounds.getLast().health().isEmpty()
        || new Traces(shop.versions())
            .at(rounds.getLast().at())
            .flatMap(Place::ready)
            .filter(since -> since.compareTo(SETTLED) > 0)
            .isPresent();
  }

  private static void assertWellWhenReady(ForeignWriter foreign, Traces traces) {
    for (Round round : foreign.rounds()) {
      Optional<Duration> ready = traces.at(round.at()).flatMap(Place::ready);
      boolean settled = ready.filter(since -> since.compareTo(SETTLED) > 0).isPresent();
      boolean changed = traces.at(round.at().plusSeconds(2)).flatMap(Place::ready).isEmpty();
      if (settled && !changed && !round.health().isEmpty()) {
        assertThat(round.health()).as("%s", round).isIn("Current", "Healthy");
      }
    }
  }

  /** In the midst of a phase; when one ends a tool has seen a part of it. */
  private static void assertAsTheGuideSays(Writer writer, ForeignWriter foreign, Traces traces) {
    GitopsGuide guide = GitopsGuide.read();
    Map<String, Set<String>> promised = guide.health(writer);
    for (Round round : foreign.rounds()) {
      String phase = traces.at(round.at()).map(Place::phase).orElse("");
      boolean stays =
          Stream.of(-2, 2)
              .map(s -> traces.at(round.at().plusSeconds(s)).map(Place::phase).orElse(""))
              .allMatch(phase::equals);
      boolean promises = !phase.isEmpty() && !phase.endsWith("(Ready)");
      if (stays && promises && !round.health().isEmpty()) {
        assertThat(promised).containsKey(phase);
        assertThat(round.health()).as("while %s: %s", phase, round).isIn(promised.get(phase));
      }
    }
    if (writer == Writer.HELM || writer == Writer.HELM_WAITS) {
      assertThat(writer.work().rounds()).allMatch(guide::shows);
      assertThat(guide.shows(writer.work().first().getFirst())).isTrue();
    }
  }

  private static void tell(ForeignWriter foreign, Traces traces) {
    Map<String, Map<String, Integer>> byPhase = new TreeMap<>();
    for (Round round : foreign.rounds()) {
      if (!round.health().isEmpty()) {
        String phase = traces.at(round.at()).map(Place::phase).orElse("before the policy");
        byPhase
            .computeIfAbsent(phase, _ -> new TreeMap<>())
            .merge(
                (round.health() + " " + round.synced() + " " + round.each()).strip(),
                1,
                Integer::sum);
      }
    }
    StringBuilder told = new StringBuilder(foreign.summary()).append('\n');
    told.append("  versions written: ").append(traces.hands()).append('\n');
    byPhase.forEach(
        (phase, all) -> {
          told.append("  ").append(phase).append('\n');
          all.forEach(
              (health, n) ->
                  told.append("    ").append(n).append(" × ").append(health).append('\n'));
        });
    System.out.print(told);
  }

  private static String namespace(Writer writer) {
    return writer.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
