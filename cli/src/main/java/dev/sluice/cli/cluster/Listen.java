package dev.sluice.cli.cluster;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Where a server listens, as people write it: {@code :8080}, {@code 127.0.0.1:8080}, none. */
final class Listen {
  private static final Pattern FORM =
      Pattern.compile("(|[0-9a-zA-Z.-]+|\\[[0-9a-fA-F:.]+]):(\\d{1,5})");
  private static final int MOST = 65535;

  private Listen() {}

  /**
   * @return empty: nowhere
   * @throws ParameterException if it is no address
   */
  static Optional<InetSocketAddress> at(String text, CommandLine command) {
    if (text.equals("none")) {
      return Optional.empty();
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches() || Integer.parseInt(form.group(2)) > MOST) {
      throw new ParameterException(
          command, "--listen is \"%s\": write :8080, 127.0.0.1:8080 or none".formatted(text));
    }
    String host = form.group(1).isEmpty() ? "0.0.0.0" : form.group(1);
    return Optional.of(new InetSocketAddress(host, Integer.parseInt(form.group(2))));
  }
}
