package dev.sluice.cli.init;

/**
 * Where a pod may show its metrics.
 *
 * @param from why it may be there
 */
record Place(int port, String path, From from) {
  enum From {
    /** The pods' own annotations prometheus.io/…; they are what is followed at a release, too. */
    ANNOTATIONS("the pods' annotations prometheus.io/… say so"),
    NAME("the port's name says so"),
    MONITOR("a ServiceMonitor or PodMonitor says so"),
    PERSON("you said so"),
    GUESS("it was tried");

    private final String words;

    From(String words) {
      this.words = words;
    }
  }

  boolean isAt(int otherPort, String otherPath) {
    return port == otherPort && path.equals(otherPath);
  }

  String because() {
    return from.words;
  }

  @Override
  public String toString() {
    return "port " + port + ", path " + path;
  }
}
