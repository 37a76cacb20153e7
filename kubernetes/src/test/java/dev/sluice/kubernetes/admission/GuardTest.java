package dev.sluice.kubernetes.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Given what is on a cluster, whether it is what Sluice has put there. */
class GuardTest {
  private static final List<GenericKubernetesResource> INSTALLED =
      AdmissionPolicies.all("sluice-system", Optional.empty());

  @Test
  void what_was_installed_is_intact_whatever_the_api_server_adds_to_it() {
    assertThat(wrong(INSTALLED)).isEmpty();
    assertThat(wrong(INSTALLED.stream().map(GuardTest::defaulted).toList())).isEmpty();
    assertThat(wrong(AdmissionPolicies.all("elsewhere", Optional.empty())))
        .as("whichever namespace the operator is in")
        .isEmpty();
  }

  @Test
  void a_policy_or_a_binding_that_is_missing_is_named() {
    for (GenericKubernetesResource one : INSTALLED) {
      List<GenericKubernetesResource> rest = new ArrayList<>(INSTALLED);
      rest.remove(one);
      assertThat(wrong(rest))
          .contains(one.getKind() + " " + one.getMetadata().getName() + " is missing");
    }
    assertThat(wrong(List.of()).orElseThrow()).endsWith(", and 11 more");
  }

  @Test
  void a_field_that_was_changed_added_or_taken_away_is_named() {
    assertThat(changed("sluice-hold", "matchConditions", List.of()))
        .contains("MutatingAdmissionPolicy sluice-hold was changed in spec.matchConditions");
    assertThat(changed("sluice-pin", "failurePolicy", "Ignore"))
        .contains("MutatingAdmissionPolicy sluice-pin was changed in spec.failurePolicy");
    Map<String, Object> constraints =
        new HashMap<>(named("sluice-split").<Map<String, Object>>get("spec", "matchConstraints"));
    constraints.put("namespaceSelector", Map.of("matchLabels", Map.of("a", "b")));
    assertThat(changed("sluice-split", "matchConstraints", constraints))
        .contains(
            "MutatingAdmissionPolicy sluice-split was changed in spec.matchConstraints.namespaceSelector");
  }

  @Test
  void a_policy_that_exempts_another_account_by_a_longer_name_is_another_policy() {
    String text = Serialization.asYaml(named("sluice-hold"));
    GenericKubernetesResource other =
        Serialization.unmarshal(
            text.replace("sluice-system:sluice", "sluice-system:sluice-too"),
            GenericKubernetesResource.class);
    assertThat(wrong(with(other))).isPresent();
  }

  @Test
  void policies_for_the_cluster_are_as_good_as_those_for_the_one_namespace() {
    Optional<String> shop = Optional.of("shop");
    Guard guard = new Guard(shop);
    guard.look(INSTALLED);
    assertThat(guard.wrong()).isEmpty();
    guard.look(AdmissionPolicies.all("shop", shop));
    assertThat(guard.wrong()).isEmpty();
    List<GenericKubernetesResource> fewer = new ArrayList<>(AdmissionPolicies.all("shop", shop));
    fewer.removeFirst();
    guard.look(fewer);
    assertThat(guard.wrong()).contains("MutatingAdmissionPolicy sluice-hold-shop is missing");
  }

  @Test
  void what_was_seen_to_act_counts_until_anything_changes() {
    Guard guard = new Guard(Optional.empty());
    guard.look(INSTALLED);
    int since = guard.changes();
    guard.acted("sluice-hold", since);
    assertThat(guard.acts("sluice-hold")).isTrue();
    guard.look(INSTALLED);
    assertThat(guard.acts("sluice-hold")).as("nothing has changed").isTrue();

    guard.look(with(changedTo("sluice-pin", "failurePolicy", "Ignore")));
    guard.look(INSTALLED);
    assertThat(guard.acts("sluice-hold")).isFalse();
    guard.acted("sluice-hold", since);
    assertThat(guard.acts("sluice-hold")).as("it was tried before the change").isFalse();
  }

  private static Optional<String> wrong(List<GenericKubernetesResource> there) {
    Guard guard = new Guard(Optional.empty());
    guard.look(there);
    return guard.wrong();
  }

  private static Optional<String> changed(String policy, String field, Object value) {
    return wrong(with(changedTo(policy, field, value)));
  }

  private static GenericKubernetesResource changedTo(String policy, String field, Object value) {
    GenericKubernetesResource other = Serialization.clone(named(policy));
    Map<String, Object> spec = new HashMap<>(other.<Map<String, Object>>get("spec"));
    spec.put(field, value);
    other.setAdditionalProperty("spec", spec);
    return other;
  }

  private static List<GenericKubernetesResource> with(GenericKubernetesResource other) {
    return INSTALLED.stream()
        .map(
            o ->
                o.getKind().equals(other.getKind())
                        && o.getMetadata().getName().equals(other.getMetadata().getName())
                    ? other
                    : o)
        .toList();
  }

  private static GenericKubernetesResource named(String policy) {
    return INSTALLED.stream()
        .filter(o -> o.getMetadata().getName().equals(policy) && o.getKind().endsWith("Policy"))
        .findFirst()
        .orElseThrow();
  }

  /** As an API server of 1.37 gives it back. */
  private static GenericKubernetesResource defaulted(GenericKubernetesResource shipped) {
    GenericKubernetesResource object = Serialization.clone(shipped);
    if (object.get("spec", "matchConstraints") != null) {
      Map<String, Object> constraints =
          new HashMap<>(object.<Map<String, Object>>get("spec", "matchConstraints"));
      constraints.putIfAbsent("namespaceSelector", Map.of());
      constraints.putIfAbsent("objectSelector", Map.of());
      constraints.putIfAbsent("matchPolicy", "Equivalent");
      List<Map<String, Object>> rules = new ArrayList<>();
      for (Map<String, Object> rule :
          object.<List<Map<String, Object>>>get("spec", "matchConstraints", "resourceRules")) {
        Map<String, Object> next = new HashMap<>(rule);
        next.put("scope", "*");
        rules.add(next);
      }
      constraints.put("resourceRules", rules);
      Map<String, Object> spec = new HashMap<>(object.<Map<String, Object>>get("spec"));
      spec.put("matchConstraints", constraints);
      object.setAdditionalProperty("spec", spec);
    }
    object.setAdditionalProperty("status", Map.of("observedGeneration", 1));
    return object;
  }
}
