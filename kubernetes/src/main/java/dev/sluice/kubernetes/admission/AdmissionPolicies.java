package dev.sluice.kubernetes.admission;

import dev.sluice.kubernetes.YamlFile;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The admission policies and their bindings. They exempt the operator's service account and nobody
 * else; why each is as it is stands in its file.
 */
public final class AdmissionPolicies {
  private static final List<String> FILES =
      List.of("hold", "pin", "split", "track", "command-author", "command");

  private AdmissionPolicies() {}

  /**
   * Each policy before its binding.
   *
   * @param operator namespace of the operator's service account
   * @param onlyIn the one namespace that they are for; empty: the whole cluster. Their names then
   *     end with it, for another namespace may have another operator
   */
  public static List<GenericKubernetesResource> all(String operator, Optional<String> onlyIn) {
    List<GenericKubernetesResource> all = new ArrayList<>();
    for (String file : FILES) {
      YamlFile yaml = YamlFile.beside(AdmissionPolicies.class, file + ".yaml");
      all.addAll(yaml.with(":NAMESPACE:", ":" + operator + ":").objects());
    }
    onlyIn.ifPresent(namespace -> all.forEach(object -> narrow(object, namespace)));
    return all;
  }

  /** The service account that they exempt, as the API server names it. */
  public static String operator(String namespace) {
    return "system:serviceaccount:" + namespace + ":sluice";
  }

  private static void narrow(GenericKubernetesResource object, String namespace) {
    object.getMetadata().setName(object.getMetadata().getName() + "-" + namespace);
    if (object.getKind().endsWith("Binding")) {
      Map<String, Object> spec = new LinkedHashMap<>(object.get("spec"));
      spec.put("policyName", spec.get("policyName") + "-" + namespace);
      spec.put(
          "matchResources",
          Map.of(
              "namespaceSelector",
              Map.of("matchLabels", Map.of("kubernetes.io/metadata.name", namespace))));
      object.setAdditionalProperty("spec", spec);
    }
  }
}
