package dev.sluice.cli.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.sluice.cli.Sluice;
import dev.sluice.cli.lab.LabFolder;
import dev.sluice.cli.lab.LabScene;
import dev.sluice.engine.evidence.Arming;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page as people see it: in a real browser, while a real release runs in the lab. */
@Tag("slow")
class ConsoleInBrowserTest {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final double PATIENCE = 60_000;

  /** Of a canvas: how many of its points have any colour. */
  private static final String COLOURED =
      """
      id => {
        const canvas = document.querySelector('#' + id + ' canvas');
        if (!canvas) return 0;
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {willReadFrequently: true});
        copy.drawImage(canvas, 0, 0);
        const all = copy.getImageData(0, 0, canvas.width, canvas.height).data;
        let coloured = 0;
        for (let i = 3; i < all.length; i += 4) coloured += all[i] > 0 ? 1 : 0;
        return coloured;
      }""";

  private static Playwright playwright;
  private static Browser browser;

  @TempDir private Path temp;
  private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private Thread looks = new Thread();
  private Optional<Site> site = Optional.empty();
  private BrowserContext context;
  private Page page;

  @BeforeAll
  static void start() {
    String missing =
        "The console is not looked at in a browser: there is no %s. On Debian: apt-get install chromium."
            .formatted(CHROMIUM);
    if (!Files.isExecutable(CHROMIUM)) {
      System.out.println(missing);
    }
    assumeTrue(Files.isExecutable(CHROMIUM), missing);
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE);
    playwright = Playwright.create();
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(CHROMIUM)
                    .setArgs(List.of("--no-sandbox")));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
      playwright.close();
    }
  }

  @BeforeEach
  void open() {
    context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setViewportSize(1280, 900)
                .setColorScheme(ColorScheme.DARK));
    page = context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.onConsoleMessage(
        said -> {
          if (said.type().equals("error") || said.type().equals("warning")) {
            wrong.add(said.text());
          }
        });
    page.onPageError(wrong::add);
    page.onRequest(request -> asked.add(request.url()));
  }

  @AfterEach
  void end() {
    context.close();
    looks.interrupt();
    site.ifPresent(Site::close);
    Sluice.run("lab", "--stop", "--folder", folder().toString());
  }

  @Test
  void a_release_is_seen_as_it_goes_and_another_policy_is_chosen_by_keys() throws Exception {
    Thread lab =
        Thread.ofPlatform()
            .start(
                () ->
                    Sluice.run("lab", "--scenario", "errors-50", "--folder", folder().toString()));
    LabScene scene = new LabScene(new LabFolder(folder()));
    PlayedScene beside =
        new PlayedScene().has(Stands.idle("web", new Arming(160, 1, 5)), Stands.ended("zoo"));
    serve(new Lookout(new Beside(scene, beside), InstantSource.system(), _ -> {}));

    page.navigate(address().url());
    assertThat(page.locator("#title")).hasText("orders");
    assertThat(page.locator("#head .badge").first())
        .hasText(Pattern.compile("Shifting|Aborting|Aborted"));
    assertThat(page.locator("#weight-says")).containsText("it was 1 % at most");
    assertThat(page.locator("#head .badge").first()).hasText("Aborted");
    assertThat(page.locator("#odds")).hasAttribute("aria-label", Pattern.compile("100 to 1"));
    for (String chart : List.of("weight", "odds", "hurt")) {
      assertThat(coloured(chart)).as(chart).isGreaterThan(500);
    }
    assertThat(page.locator("#commands")).containsText("sluice retry orders --lab=");
    lab.join();

    page.locator("#policies").focus();
    page.keyboard().press("ArrowDown");
    assertThat(page.locator("#title")).hasText("shop/web");
    assertThat(page.locator("#judge")).containsText("160 of 236 placebo releases played");
    assertThat(page.locator("#judge svg")).hasAttribute("aria-label", Pattern.compile("0.63 %"));
    page.keyboard().press("End");
    assertThat(page.locator("#title")).hasText("shop/zoo");
    page.keyboard().press("Enter");
    assertThat(page.locator("#policy")).isFocused();
    page.keyboard().press("Escape");
    assertThat(page.locator("#policies")).isFocused();
    assertThat(page.url()).as("can be sent to somebody").endsWith("#shop%2Fzoo");

    page.setViewportSize(360, 700);
    assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
        .as("nothing is beyond the edge of a phone")
        .isLessThanOrEqualTo(360);
    assertNothingWrong();
  }

  @Test
  void a_name_is_never_markup_and_a_lost_connection_comes_back_by_itself() throws Exception {
    String evil = "<img src=x onerror=alert(1)>";
    PlayedScene scene =
        new PlayedScene().has(Stands.running("web", 20, Stands.decided("web", 10, 5, 1.5, evil)));
    serve(new Lookout(scene, InstantSource.system(), _ -> {}));
    page.navigate(address().url() + "#%");
    assertThat(page.locator("#title")).hasText("shop/web"); // an address that nobody can read
    assertThat(page.locator("#why")).hasText(evil);
    assertThat(page.locator("#came")).containsText(evil);
    assertThat(page.locator("img")).hasCount(0);
    assertThat(page.locator("#state")).containsText("Live");
    assertNothingWrong();

    Address before = address();
    site.ifPresent(Site::close);
    assertThat(page.locator("#state")).containsText("Connection lost, trying again in");
    scene.has();
    serve(new Lookout(scene, InstantSource.system(), _ -> {}), before);
    assertThat(page.locator("#state")).containsText("Live");
    assertThat(page.locator("#todo")).containsText("There is no ReleasePolicy in the namespace");
  }

  private void serve(Lookout lookout) throws Exception {
    serve(lookout, new Address(InetAddress.getLoopbackAddress(), 0));
  }

  private void serve(Lookout lookout, Address address) throws Exception {
    site = Optional.of(Site.listen(address, lookout));
    looks =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    lookout.run();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
  }

  private Address address() {
    return site.orElseThrow().address();
  }

  private long coloured(String chart) {
    page.waitForCondition(() -> ((Number) page.evaluate(COLOURED, chart)).longValue() > 0);
    return ((Number) page.evaluate(COLOURED, chart)).longValue();
  }

  private void assertNothingWrong() {
    assertThat(wrong).as("errors and warnings of the browser").isEmpty();
    String here = address().url();
    assertThat(asked).isNotEmpty().allMatch(url -> URI.create(url).toString().startsWith(here));
  }

  private Path folder() {
    return temp.resolve("lab");
  }
}
