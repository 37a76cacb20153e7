package dev.sluice.kubernetes.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether the API server holds: whether Sluice's admission policies are on the cluster as they are
 * shipped, and which of them were seen to act since they last changed. An API server takes about a
 * second until it acts by a new policy, and that a policy is there says nothing of that.
 *
 * <p>For an operator of one namespace the policies for the whole cluster are as good as those for
 * this namespace alone.
 */
public final class Guard {
  private static final int NAMED = 3;

  /**
   * Which namespace the operator's account is in stands in the policies, and nobody has told the
   * operator. Where they exempt another account it is seen not to act: its own marks are undone.
   */
  private static final Pattern ACCOUNT = Pattern.compile("system:serviceaccount:[a-z0-9-]+:sluice");

  private static final String SHIPPED_ACCOUNT = AdmissionPolicies.operator("NAMESPACE");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<List<GenericKubernetesResource>> installations = new ArrayList<>();
  private Map<String, String> seen = Map.of();
  private Set<String> acting = new HashSet<>();
  private Optional<String> wrong = Optional.of("Nothing is known of the admission policies yet");
  private int changes;

  /**
   * @param onlyIn the one namespace that the operator is for; empty: the whole cluster
   */
  public Guard(Optional<String> onlyIn) {
    onlyIn.ifPresent(namespace -> installations.add(AdmissionPolicies.all("NAMESPACE", onlyIn)));
    installations.add(AdmissionPolicies.all("NAMESPACE", Optional.empty()));
  }

  /** Takes in what there is now; whatever else is among it does not matter. */
  public synchronized void look(Collection<GenericKubernetesResource> there) {
    Map<String, GenericKubernetesResource> all = new HashMap<>();
    there.forEach(o -> all.put(name(o), o));
    List<String> least =
        installations.stream()
            .map(shipped -> missed(shipped, all))
            .min(Comparator.comparingInt(List::size))
            .orElseThrow();
    wrong = least.isEmpty() ? Optional.empty() : Optional.of(said(least));
    Map<String, String> now = new HashMap<>();
    for (List<GenericKubernetesResource> shipped : installations) {
      for (GenericKubernetesResource one : shipped) {
        Optional.ofNullable(all.get(name(one)))
            .ifPresent(o -> now.put(name(o), o.getMetadata().getUid() + " " + o.get("spec")));
      }
    }
    if (!now.equals(seen)) {
      seen = now;
      acting = new HashSet<>();
      changes++;
    }
  }

  private static List<String> missed(
      List<GenericKubernetesResource> shipped, Map<String, GenericKubernetesResource> there) {
    List<String> missed = new ArrayList<>();
    for (GenericKubernetesResource one : shipped) {
      GenericKubernetesResource found = there.get(name(one));
      if (found == null) {
        missed.add(name(one) + " is missing");
      } else {
        Difference.between(spec(one), spec(found), "spec")
            .ifPresent(field -> missed.add("%s was changed in %s".formatted(name(one), field)));
      }
    }
    return missed;
  }

  private static String said(List<String> missed) {
    String named = String.join(", ", missed.subList(0, Math.min(NAMED, missed.size())));
    return missed.size() <= NAMED
        ? named
        : "%s, and %d more".formatted(named, missed.size() - NAMED);
  }

  private static JsonNode spec(GenericKubernetesResource object) {
    String spec = JSON.valueToTree(object.<Object>get("spec")).toString();
    try {
      return JSON.readTree(ACCOUNT.matcher(spec).replaceAll(SHIPPED_ACCOUNT));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("What was JSON is none any more: " + spec, e);
    }
  }

  private static String name(GenericKubernetesResource object) {
    return object.getKind() + " " + object.getMetadata().getName();
  }

  /** What is missing or changed, for a sentence; empty: all are there as they are shipped. */
  public synchronized Optional<String> wrong() {
    return wrong;
  }

  /** How often they have changed: what was seen to act counts until the next time. */
  public synchronized int changes() {
    return changes;
  }

  /**
   * Whether that policy was seen to act since they last changed.
   *
   * @param policy as it is called where it is for the whole cluster
   */
  public synchronized boolean acts(String policy) {
    return acting.contains(policy);
  }

  /**
   * It was seen to act.
   *
   * @param since {@link #changes} before that was tried
   */
  public synchronized void acted(String policy, int since) {
    if (since == changes) {
      acting.add(policy);
    }
  }
}
