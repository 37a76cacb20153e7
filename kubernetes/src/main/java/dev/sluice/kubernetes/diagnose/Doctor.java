package dev.sluice.kubernetes.diagnose;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Says what is wrong. Pure: everything was looked at before. */
public final class Doctor {
  /** In the order in which they are to be mended: what comes first may be why the next is so. */
  static final List<Rule<ClusterFacts>> CLUSTER = ClusterRules.ALL;

  static final List<Rule<InNamespace>> NAMESPACE = LeftoverRules.ALL;

  static final List<Rule<Patient>> PATIENT =
      Stream.of(PolicyRules.ALL, WorkloadRules.ALL, EntryRules.ALL, ScaleRules.ALL, PodRules.ALL)
          .flatMap(List::stream)
          .toList();

  /** What could not be looked at; no command helps, but somebody who may give the right. */
  static final Symptom UNSEEN =
      Symptom.notes(
          "not-looked-at",
          "Whether anything is wrong there is not known. Ask somebody who may look, or for the verb"
              + " list on it.",
          "kubectl auth can-i --list -n <namespace>");

  private Doctor() {}

  /** What blocks comes first. */
  public static List<Diagnosis> diagnose(Facts facts) {
    List<Diagnosis> all = new ArrayList<>();
    CLUSTER.forEach(rule -> rule.of(facts.cluster()).forEach(all::add));
    for (Patient patient : facts.patients()) {
      PATIENT.forEach(rule -> rule.of(patient).forEach(all::add));
    }
    if (facts.whole()) {
      for (InNamespace namespace : facts.namespaces()) {
        NAMESPACE.forEach(rule -> rule.of(namespace).forEach(all::add));
      }
    }
    all.addAll(unseen(facts));
    all.sort(Comparator.comparing(Diagnosis::severity));
    return all;
  }

  private static List<Diagnosis> unseen(Facts facts) {
    List<Diagnosis> notes = new ArrayList<>();
    ClusterFacts cluster = facts.cluster();
    Set<String> ofCluster = new LinkedHashSet<>();
    Stream.of(
            cluster.definitions(),
            cluster.guards(),
            cluster.roles(),
            cluster.ownRoles(),
            cluster.leases(),
            cluster.operators())
        .flatMap(seen -> seen.unseen().stream())
        .forEach(ofCluster::add);
    ofCluster.forEach(
        why ->
            notes.add(UNSEEN.seen(Where.ofCluster("Cluster", ""), why, words(cluster.system()))));
    for (InNamespace namespace : facts.namespaces()) {
      Set<String> there = new LinkedHashSet<>();
      namespace.kinds().values().stream()
          .flatMap(seen -> seen.unseen().stream())
          .sorted()
          .forEach(there::add);
      there.forEach(
          why ->
              notes.add(
                  UNSEEN.seen(
                      Where.ofCluster("Namespace", namespace.name()),
                      why,
                      words(namespace.name()))));
    }
    return notes;
  }

  private static Map<String, String> words(String namespace) {
    return Map.of("namespace", namespace);
  }

  /** Whether it says no more than that something could not be looked at. */
  public static boolean isUnseen(Diagnosis diagnosis) {
    return diagnosis.code().equals(UNSEEN.code());
  }

  /** Everything that may be said, in the order in which it is looked for. */
  public static List<Symptom> symptoms() {
    return Stream.of(
            CLUSTER.stream().map(Rule::symptom),
            PATIENT.stream().map(Rule::symptom),
            NAMESPACE.stream().map(Rule::symptom),
            Stream.of(UNSEEN))
        .flatMap(all -> all)
        .toList();
  }
}
