package dev.sluice.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.Manifest;
import dev.sluice.api.Parsed;
import dev.sluice.api.Problems;
import dev.sluice.api.ReleasePolicy;
import dev.sluice.api.Resolved;
import dev.sluice.cli.Failed;
import dev.sluice.cli.scene.Explanation;
import dev.sluice.cli.scene.PolicyView;
import dev.sluice.cli.scene.Standing;
import dev.sluice.engine.decide.Condition;
import dev.sluice.engine.decide.Memory;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Reason;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Spec;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Saved;
import dev.sluice.operator.SavedJson;
import dev.sluice.operator.SavedVerdict;
import dev.sluice.operator.Settings;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** How a policy stands is what the operator remembers of it. */
class StandingsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Connects to nothing until it is asked, and here it never is. */
  private static final KubernetesClient NOBODY =
      new KubernetesClientBuilder().withConfig(Config.empty()).build();

  private static final String POLICY =
      """
      {"apiVersion": "sluice.dev/v1alpha1", "kind": "ReleasePolicy",
       "metadata": {"name": "web", "namespace": "shop", "generation": 2, "managedFields": [{}]},
       "spec": {"workloadRef": {"name": "web"}, "services": ["web"],
                "route": {"gateway": {"httpRoutes": [{"name": "web"}]}},
                "strategy": {"canary": {"stages": [{"name": "small", "weight": 5, "min": "10m"},
                                                    {"name": "half", "weight": 50}]}}}}
      """;

  private final Standings standings = new Standings(NOBODY);

  @AfterAll
  static void close() {
    NOBODY.close();
  }

  @Test
  void it_is_told_as_the_operator_knows_it() throws Exception {
    ObjectNode tree = policy(POLICY);
    remember(tree, running(0));
    Standing standing = standings.remembered(new PolicyObject(tree));
    PolicyView view = PolicyView.of(standing, tree);
    assertThat(view.release()).contains("web-7");
    assertThat(view.phase()).contains(Phase.SHIFTING);
    assertThat(view.condition()).contains(Condition.HELD);
    assertThat(view.stage()).contains("small");
    assertThat(view.weight()).isEqualTo("5%");
    assertThat(view.why()).isEqualTo("A person is asked.");
    assertThat(standing.troubles()).isEmpty();
    assertThat(Explanation.of(standing).text("-n shop"))
        .contains("web-7 (sbbb beside aaa) is Shifting, in stage small of 2")
        .contains("observed at least 10m")
        .contains("The odds that the candidate harms are ")
        .contains("Too little was seen to say how much worse it can be at most.")
        .contains("It cannot see what takes longer to show than the stages last.")
        .contains("The judge is not armed: no placebo release was played yet.")
        .contains("You can give: sluice abort -n shop, sluice approve -n shop");
  }

  @Test
  void a_policy_that_no_operator_has_looked_at_says_so() throws Exception {
    Standing standing = standings.remembered(new PolicyObject(policy(POLICY)));
    assertThat(PolicyView.of(standing, "").why())
        .startsWith("No operator has looked at this policy yet.");
    assertThat(standing.release()).isEmpty();
  }

  @Test
  void a_policy_that_was_changed_since_says_so() throws Exception {
    ObjectNode tree = policy(POLICY);
    remember(tree, running(0));
    tree.withObject("/status").put("observedGeneration", 1);
    assertThat(standings.remembered(new PolicyObject(tree)).troubles())
        .containsExactly("The policy was changed, and no operator has looked at it since.");
  }

  @Test
  void evidence_that_is_too_old_is_said() throws Exception {
    ObjectNode tree = policy(POLICY);
    remember(tree, running(300));
    assertThat(standings.remembered(new PolicyObject(tree)).troubles())
        .singleElement()
        .asString()
        .startsWith("No evidence was recorded since ");
  }

  @Test
  void of_a_policy_that_cannot_be_read_the_release_is_known_all_the_same() throws Exception {
    ObjectNode tree = policy(POLICY.replace("services", "servces"));
    remember(tree, running(0));
    PolicyObject object = new PolicyObject(tree);
    assertThatThrownBy(() -> standings.remembered(object))
        .isInstanceOf(Failed.class)
        .hasMessageStartingWith(
            "The policy web cannot be followed as it is: spec.services is missing");
    assertThat(object.release()).contains("web-7");
    assertThat(object.phase()).contains(Phase.SHIFTING);
  }

  @Test
  void a_policy_that_has_fewer_stages_by_now_is_no_crash() throws Exception {
    ObjectNode tree =
        policy(POLICY.replace("{\"name\": \"small\", \"weight\": 5, \"min\": \"10m\"},", ""));
    remember(tree, at(1, 0));
    assertThatThrownBy(() -> standings.remembered(new PolicyObject(tree)))
        .isInstanceOf(Failed.class)
        .hasMessageContaining("fewer stages");
  }

  @Test
  void a_state_of_a_newer_version_is_refused_in_a_sentence() throws Exception {
    ObjectNode tree = policy(POLICY);
    tree.withObject("/status/state").put("saved", "{\"schema\":99}");
    assertThatThrownBy(() -> standings.remembered(new PolicyObject(tree)))
        .isInstanceOf(Failed.class)
        .hasMessageContaining("was written by a newer Sluice");
  }

  @Test
  void what_only_the_operator_should_read_is_not_shown() throws Exception {
    ObjectNode tree = policy(POLICY);
    remember(tree, running(0));
    ObjectNode shown = new PolicyObject(tree).shown();
    assertThat(shown.at("/status/state").isMissingNode()).isTrue();
    assertThat(shown.at("/metadata/managedFields").isMissingNode()).isTrue();
    assertThat(shown.at("/status/release").asText()).isEqualTo("web-7");
    assertThat(tree.at("/status/state").isMissingNode()).as("it is a copy").isFalse();
  }

  private static ObjectNode policy(String json) throws Exception {
    return (ObjectNode) JSON.readTree(json);
  }

  private static void remember(ObjectNode tree, Saved saved) throws Exception {
    ObjectNode status = tree.withObject("/status");
    status.put("observedGeneration", 2).put("release", "web-7").put("phase", "Shifting");
    status.withObject("/state").put("saved", SavedJson.text(saved));
  }

  private static Saved running(int secondsAgo) throws Exception {
    return at(0, secondsAgo);
  }

  private static Saved at(int stage, int secondsAgo) throws Exception {
    ReleasePolicy policy =
        (ReleasePolicy) ((Parsed.Ok<Manifest>) Manifest.read(POLICY)).value().objects().getFirst();
    Plan plan =
        Plan.of(
            Resolved.of(policy, new Manifest(List.of(policy)), Spec.Route.FULL, new Problems())
                .spec());
    Saved none = SavedVerdict.nothingYet("web", plan, Settings.defaults().tick());
    Run run =
        new Run(
            "web-7",
            new Run.Versions("bbb", "sbbb", "aaa", "aaa"),
            false,
            Phase.SHIFTING,
            Instant.now().minusSeconds(60),
            new Run.Progress(stage, true, Optional.empty(), Duration.ZERO, false),
            List.of(),
            Optional.empty(),
            0,
            Optional.empty(),
            Optional.empty());
    Decided asked =
        new Decided(
            Instant.now().minusSeconds(30),
            Optional.of("web-7"),
            "approval",
            "A person is asked.",
            Optional.of(Phase.SHIFTING),
            Optional.of("small"),
            Share.percent(5),
            3,
            2,
            Condition.HELD);
    return new Saved(
        Saved.SCHEMA,
        new Memory("web", 7, Optional.of(run), Optional.empty(), List.of(), List.of()),
        1,
        none.ledger(),
        none.counters(),
        Optional.of(Instant.now().minusSeconds(secondsAgo)),
        none.calibration(),
        none.shown(),
        none.past(),
        none.apart(),
        List.of(asked),
        Condition.HELD,
        Optional.of(new Reason("approval", "A person is asked.")));
  }
}
