package dev.berth.program.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
  private static final Path PAGE = Path.of("../docs/metrics.md");

  @Test
  void the_page_in_docs_is_the_one_that_the_tables_write() throws IOException {
    if (Boolean.getBoolean("berth.docs.write")) {
      Files.writeString(PAGE, MetricsPage.text());
    }
    assertThat(PAGE)
        .as("docs/metrics.md differs from the code; write it anew with: ./dev docs")
        .hasContent(MetricsPage.text());
  }
}
