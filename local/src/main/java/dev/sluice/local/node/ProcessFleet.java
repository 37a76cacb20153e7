package dev.sluice.local.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.local.pod.PodTemplate;
import dev.sluice.local.pod.Pods;
import dev.sluice.probes.metrics.Scraper;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pods that are processes of this machine. */
record ProcessFleet(Pods processes, Scraper scraper) implements Fleet {
  private static final Duration GRACE = Duration.ofSeconds(15);

  @Override
  public List<Pod> pods() {
    return processes.all().stream()
        .map(
            p ->
                new Pod(
                    p.name(), p.set(), p.port(), p.since(), p.ready(), p.restarts(), p.trouble()))
        .toList();
  }

  @Override
  public void start(String hash, Template template) {
    processes.start(hash, read(template.document()));
  }

  @Override
  public void stop(String pod) {
    processes.stop(pod);
  }

  @Override
  public void kill(String pod) {
    processes.kill(pod);
  }

  @Override
  public Map<String, Scraper.Read> counters() {
    Map<String, URI> pages = new HashMap<>();
    processes.all().stream()
        .filter(p -> p.port() > 0)
        .forEach(p -> pages.put(p.name(), URI.create("http://127.0.0.1:" + p.port() + "/metrics")));
    Map<String, Scraper.Read> counters = new HashMap<>(scraper.read(pages));
    counters.values().removeIf(read -> !read.missing().isEmpty());
    return counters;
  }

  @Override
  public void close() {
    processes.close();
  }

  /**
   * A pod template of the lab: {@code {"command": […], "env": {…}, "readiness": "/readyz"}}.
   *
   * @throws BadRequest naming what is missing
   */
  static PodTemplate read(String document) {
    try {
      JsonNode json = Wire.json().readTree(document);
      List<String> command = new ArrayList<>();
      json.path("command").forEach(word -> command.add(word.asText()));
      if (command.isEmpty()) {
        throw new BadRequest("The pod template has no command; give a list of words.");
      }
      Map<String, String> env = new HashMap<>();
      json.path("env").properties().forEach(e -> env.put(e.getKey(), e.getValue().asText()));
      return new PodTemplate(command, env, json.path("readiness").asText("/readyz"), GRACE);
    } catch (JsonProcessingException e) {
      throw new BadRequest("The pod template is not JSON: " + e.getOriginalMessage());
    }
  }
}
