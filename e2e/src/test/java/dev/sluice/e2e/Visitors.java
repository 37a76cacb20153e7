package dev.sluice.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Users who ask once and write down what they got: the version that answered; else the status;
 * "none" where their patience was over.
 */
final class Visitors {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI site;
  private final Queue<Answer> heard = new ConcurrentLinkedQueue<>();

  /**
   * @param at as {@link System#nanoTime} counts
   */
  private record Answer(long at, String by) {}

  Visitors(URI site) {
    this.site = site;
  }

  Map<String, Integer> got() {
    return heard.stream().collect(Collectors.toMap(Answer::by, _ -> 1, Integer::sum));
  }

  /** Of those how many were heard after that moment. */
  long gotAfter(long moment, String by) {
    return heard.stream().filter(a -> a.by().equals(by) && a.at() - moment > 0).count();
  }

  int answers() {
    return heard.size();
  }

  /** Users who come at their own pace, whoever is slow. */
  void load(ExecutorService users, String path, int requests, int perSecond) {
    long start = System.nanoTime();
    for (int i = 0; i < requests; i++) {
      LockSupport.parkNanos(start + i * 1_000_000_000L / perSecond - System.nanoTime());
      users.execute(() -> ask(path, Duration.ofSeconds(10)));
    }
  }

  void together(int requests, String path, Duration patience) {
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < requests; i++) {
        users.execute(() -> ask(path, patience));
      }
    }
  }

  private void ask(String path, Duration patience) {
    String by = once(path, patience);
    heard.add(new Answer(System.nanoTime(), by));
  }

  String once(String path, Duration patience) {
    try {
      HttpResponse<String> answer =
          HTTP.send(
              HttpRequest.newBuilder(site.resolve(path)).timeout(patience).build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200
          ? answer.body().substring(0, 2)
          : String.valueOf(answer.statusCode());
    } catch (HttpTimeoutException e) {
      return "none";
    } catch (IOException e) {
      return String.valueOf(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }
}
