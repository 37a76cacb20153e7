package dev.sluice.kubernetes.plan;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What could not be looked at, by whoever asks. */
public final class Unseen {
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

  private final List<String> sentences = new ArrayList<>();
  private final Set<String> kinds = new TreeSet<>();
  private Optional<KubernetesClientException> first = Optional.empty();

  /** A kind could not be listed. */
  public void add(String kind, KubernetesClientException why) {
    if (why.getCode() == NOT_FOUND) {
      return;
    }
    kinds.add(kind);
    first = first.or(() -> Optional.of(why));
    String said = why.getStatus() == null ? null : why.getStatus().getMessage();
    String because =
        why.getCode() == FORBIDDEN
            ? "the right to list them is missing"
            : (said == null ? String.valueOf(why.getMessage()) : said).replaceFirst("\\.$", "");
    sentences.add("%s objects: %s.".formatted(kind, because));
  }

  /** Something else could not be. */
  public void add(String sentence) {
    sentences.add(sentence);
  }

  /** Whether any of these kinds is among it. */
  public boolean any(String... of) {
    return kinds.stream().anyMatch(Set.of(of)::contains);
  }

  /** Why the first of them could not be listed. */
  public Optional<KubernetesClientException> first() {
    return first;
  }

  public List<String> sentences() {
    return List.copyOf(sentences);
  }
}
