package dev.berth.program.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.program.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestsTest {
  private static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> names(List<Manifests.Manifest> manifests) {
    return manifests.stream().map(m -> Fields.name(m.object())).toList();
  }

  @Test
  void documents_lists_and_empty_documents_are_opened_in_their_order() {
    String yaml =
        """
        # a comment alone
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: one}
        ---
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: v1, kind: Pod, metadata: {name: two}}
        - {apiVersion: v1, kind: Pod, metadata: {name: three}}
        """;

    assertThat(names(Manifests.read(List.of("-"), text(yaml))))
        .containsExactly("one", "two", "three");
  }

  @Test
  void json_is_read_too() {
    String json = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"j\"}}";

    assertThat(names(Manifests.read(List.of("-"), text(json)))).containsExactly("j");
  }

  @Test
  void a_folder_is_read_by_name_and_other_files_in_it_are_left_alone(@TempDir Path dir)
      throws IOException {
    String pod = "{apiVersion: v1, kind: Pod, metadata: {name: %s}}";
    Files.writeString(dir.resolve("b.yaml"), pod.formatted("b"));
    Files.writeString(dir.resolve("a.yml"), pod.formatted("a"));
    Files.writeString(dir.resolve("README.md"), "not: [yaml");

    assertThat(names(Manifests.read(List.of(dir.toString()), text("")))).containsExactly("a", "b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'a: [1'                    | cannot read standard input: line 1, column",
        "'apiVersion: v1\na: 1\na: 2' | cannot read standard input: line 3, column",
        "'just words'               | standard input: not an object but string",
        "'kind: Pod'                | standard input: apiVersion is not set",
        "'apiVersion: v1'           | standard input: kind is not set",
        "'# nothing'                | no objects in -"
      })
  void what_cannot_be_read_is_named_with_its_place(String yaml, String message) {
    assertThatThrownBy(() -> Manifests.read(List.of("-"), text(yaml)))
        .isInstanceOf(Fault.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void a_file_that_is_not_there_is_named(@TempDir Path dir) {
    Path file = dir.resolve("no.yaml");

    assertThatThrownBy(() -> Manifests.read(List.of(file.toString()), text("")))
        .hasMessage("the path " + file + " does not exist");
  }
}
