package dev.sluice.kubernetes.install;

import dev.sluice.kubernetes.YamlFile;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Who may do what: the operator no more than it must, people by three roles. */
final class Rights {
  private static final String OPERATOR = "sluice-operator";
  private static final String RBAC = "rbac.authorization.k8s.io";

  /** operator.yaml. */
  record OperatorRules(
      List<PolicyRule> rules,
      List<PolicyRule> clusterRules,
      List<PolicyRule> guardRules,
      List<PolicyRule> ownRules) {}

  /** One of people.yaml. */
  record Person(String name, String aggregateTo, List<PolicyRule> rules) {}

  /** The whole of people.yaml. */
  record People(List<Person> people) {}

  private Rights() {}

  /** For a whole cluster: cluster roles, those of people added to view, edit and admin. */
  static List<HasMetadata> clusterWide(String namespace) {
    OperatorRules operator = operatorRules();
    List<HasMetadata> objects = new ArrayList<>();
    objects.add(account(namespace));
    objects.addAll(
        clusterRole(
            OPERATOR,
            namespace,
            concat(concat(operator.rules(), operator.clusterRules()), operator.guardRules())));
    objects.addAll(role(namespace, operator.ownRules()));
    for (Person person : people()) {
      ObjectMeta meta = meta(person.name());
      meta.getLabels()
          .put("rbac.authorization.k8s.io/aggregate-to-" + person.aggregateTo(), "true");
      objects.add(new ClusterRoleBuilder().withMetadata(meta).withRules(person.rules()).build());
    }
    return objects;
  }

  /** For one namespace: nothing beyond it, but a look at the admission policies. */
  static List<HasMetadata> inNamespace(String namespace) {
    OperatorRules operator = operatorRules();
    List<HasMetadata> objects = new ArrayList<>();
    objects.add(account(namespace));
    objects.addAll(role(namespace, concat(operator.rules(), operator.ownRules())));
    objects.addAll(clusterRole(OPERATOR + "-" + namespace, namespace, operator.guardRules()));
    for (Person person : people()) {
      objects.add(
          new RoleBuilder()
              .withMetadata(meta(person.name(), namespace))
              .withRules(person.rules())
              .build());
    }
    return objects;
  }

  private static HasMetadata account(String namespace) {
    return new ServiceAccountBuilder().withMetadata(meta(Installation.ACCOUNT, namespace)).build();
  }

  private static List<HasMetadata> clusterRole(
      String name, String namespace, List<PolicyRule> rules) {
    return List.of(
        new ClusterRoleBuilder().withMetadata(meta(name)).withRules(rules).build(),
        new ClusterRoleBindingBuilder()
            .withMetadata(meta(name))
            .withNewRoleRef(RBAC, "ClusterRole", name)
            .addNewSubject("", "ServiceAccount", Installation.ACCOUNT, namespace)
            .build());
  }

  private static List<HasMetadata> role(String namespace, List<PolicyRule> rules) {
    return List.of(
        new RoleBuilder().withMetadata(meta(OPERATOR, namespace)).withRules(rules).build(),
        new RoleBindingBuilder()
            .withMetadata(meta(OPERATOR, namespace))
            .withNewRoleRef(RBAC, "Role", OPERATOR)
            .addNewSubject("", "ServiceAccount", Installation.ACCOUNT, namespace)
            .build());
  }

  private static ObjectMeta meta(String name) {
    return new ObjectMetaBuilder().withName(name).addToLabels(Installation.MANAGED).build();
  }

  private static ObjectMeta meta(String name, String namespace) {
    ObjectMeta meta = meta(name);
    meta.setNamespace(namespace);
    return meta;
  }

  private static List<PolicyRule> concat(List<PolicyRule> one, List<PolicyRule> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  private static OperatorRules operatorRules() {
    return YamlFile.beside(Rights.class, "operator.yaml").as(OperatorRules.class);
  }

  static List<Person> people() {
    return YamlFile.beside(Rights.class, "people.yaml").as(People.class).people();
  }
}
