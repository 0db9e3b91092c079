package dev.berth.e2e.vm;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.reporting.legacy.xml.LegacyXmlReportGeneratingListener;

/**
 * Runs test classes inside the guest, all in one JVM, and writes the report that {@code ./dev test}
 * counts. Arguments: the folder of the report, then classes or {@code class#method}. Exit code: 0
 * when nothing failed, else 1.
 */
public final class GuestTests {
  private GuestTests() {}

  public static void main(String... arguments) {
    List<String> given = List.of(arguments);
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(given.stream().skip(1).map(GuestTests::selector).toList())
            .filters(EngineFilter.includeEngines("junit-jupiter"))
            .build();
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    Progress progress = new Progress(out);
    LauncherFactory.create()
        .execute(
            request,
            progress,
            new LegacyXmlReportGeneratingListener(Path.of(given.getFirst()), out));
    out.flush();
    System.exit(progress.failures() == 0 && Stream.of(arguments).count() > 1 ? 0 : 1);
  }

  private static DiscoverySelector selector(String test) {
    return test.contains("#") ? selectMethod(test) : selectClass(test);
  }
}
