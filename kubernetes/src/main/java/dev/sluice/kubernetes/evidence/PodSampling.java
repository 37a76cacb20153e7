package dev.sluice.kubernetes.evidence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * At most so many pods of a set, chosen by their names alone: the same ones by every process and at
 * every reading, for a pod that is left out of one reading contributes nothing to the next. Names
 * end at random, so the choice is a random one.
 */
record PodSampling(int most) {
  List<ObservedPod> of(List<ObservedPod> pods) {
    Map<String, List<ObservedPod>> sets =
        pods.stream()
            .collect(Collectors.groupingBy(ObservedPod::hash, TreeMap::new, Collectors.toList()));
    List<ObservedPod> chosen = new ArrayList<>();
    sets.values()
        .forEach(
            set ->
                set.stream()
                    .sorted(
                        Comparator.comparingLong((ObservedPod pod) -> rank(pod.name()))
                            .thenComparing(ObservedPod::name))
                    .limit(most)
                    .forEach(chosen::add));
    return chosen;
  }

  private static long rank(String name) {
    CRC32 crc = new CRC32();
    for (int i = 0; i < name.length(); i++) {
      crc.update(name.charAt(i));
    }
    return crc.getValue();
  }
}
