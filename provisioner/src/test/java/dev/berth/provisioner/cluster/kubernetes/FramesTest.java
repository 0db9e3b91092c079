package dev.berth.provisioner.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FramesTest {
  private final List<String> heard = new ArrayList<>();

  @Test
  void a_watch_is_a_row_of_changed_objects_and_other_words() throws IOException {
    read(
        """
        {"type":"ADDED","object":{"kind":"ConfigMap","metadata":{"name":"a","managedFields":[{}]}}}
        {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}
        {"type":"DELETED","more":[1],"object":{"metadata":{"name":"a"}}}
        {"type":"ERROR","object":{"kind":"Status","code":410}}
        """);
    assertThat(heard)
        .containsExactly(
            "ADDED a", "other BOOKMARK 7", "DELETED a", "other ERROR ", "end of the watch");
  }

  @Test
  void an_empty_watch_ends() throws IOException {
    read("");
    assertThat(heard).containsExactly("end of the watch");
  }

  private void read(String text) throws IOException {
    Frames.watch(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
        ConfigMap.class,
        new Frames.Listener<>() {
          @Override
          public void changed(String type, ConfigMap object) {
            heard.add(type + " " + object.getMetadata().getName());
          }

          @Override
          public void other(String type, JsonNode object) {
            heard.add("other " + type + " " + object.at("/metadata/resourceVersion").asText());
          }
        });
    heard.add("end of the watch");
  }
}
