package dev.berth.provisioner.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.ByteString;
import dev.berth.provisioner.pod.Payload.PayloadFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFolderTest {
  private static final Instant FIRST = Instant.parse("2026-01-02T03:04:05Z");
  private static final Instant LATER = FIRST.plusSeconds(1);

  @TempDir Path dir;
  private AtomicFolder folder = new AtomicFolder(Path.of("/"), new FakeHostMounts());

  @BeforeEach
  void start() {
    folder = new AtomicFolder(dir, new FakeHostMounts());
  }

  private static Payload files(String... pathsAndTexts) {
    Map<String, PayloadFile> files = new HashMap<>();
    for (int i = 0; i < pathsAndTexts.length; i += 2) {
      files.put(
          pathsAndTexts[i], new PayloadFile(ByteString.copyFromUtf8(pathsAndTexts[i + 1]), 0640));
    }
    return new Payload(files);
  }

  private String text(String path) throws IOException {
    return Files.readString(dir.resolve(path));
  }

  @Test
  void files_are_seen_through_links_and_have_their_mode() throws IOException {
    folder.write(files("a", "one", "tls/ca.crt", "two"), FIRST);
    assertThat(text("a")).isEqualTo("one");
    assertThat(text("tls/ca.crt")).isEqualTo("two");
    assertThat(Files.readSymbolicLink(dir.resolve("a"))).isEqualTo(Path.of("..data/a"));
    assertThat(Files.readSymbolicLink(dir.resolve("tls"))).isEqualTo(Path.of("..data/tls"));
    assertThat(Files.readSymbolicLink(dir.resolve("..data")))
        .isEqualTo(Path.of("..2026_01_02_03_04_05.000000000"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve("a"))))
        .isEqualTo("rw-r-----");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve("tls"))))
        .isEqualTo("rwxr-xr-x");
  }

  @Test
  void an_update_replaces_all_files_at_once_and_sweeps_what_went() throws IOException {
    folder.write(files("a", "one", "b", "two"), FIRST);
    Path before = dir.resolve("..data").toRealPath();
    folder.write(files("a", "changed", "c", "three"), LATER);
    assertThat(text("a")).isEqualTo("changed");
    assertThat(text("c")).isEqualTo("three");
    assertThat(before).doesNotExist();
    assertThat(Folders.names(dir))
        .containsExactly("..2026_01_02_03_04_06.000000000", "..data", "a", "c");
  }

  @Test
  void the_same_payload_again_changes_nothing() throws IOException {
    folder.write(files("a", "one"), FIRST);
    folder.write(files("a", "one"), LATER);
    assertThat(Files.readSymbolicLink(dir.resolve("..data")))
        .isEqualTo(Path.of("..2026_01_02_03_04_05.000000000"));
  }

  @Test
  void a_changed_mode_is_a_change() throws IOException {
    folder.write(files("a", "one"), FIRST);
    folder.write(
        new Payload(Map.of("a", new PayloadFile(ByteString.copyFromUtf8("one"), 0400))), LATER);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve("a"))))
        .isEqualTo("r--------");
  }

  @Test
  void an_empty_payload_is_an_empty_folder() throws IOException {
    folder.write(files("a", "one"), FIRST);
    folder.write(files(), LATER);
    assertThat(Folders.names(dir)).containsExactly("..2026_01_02_03_04_06.000000000", "..data");
  }

  @Test
  void whatever_an_interrupted_write_left_is_cleared_away() throws IOException {
    folder.write(files("a", "one"), FIRST);
    Files.createDirectory(dir.resolve("..2026_01_02_03_04_06.000000000"));
    Files.writeString(dir.resolve("..2026_01_02_03_04_06.000000000/half"), "x");
    Files.createSymbolicLink(dir.resolve("..data_tmp"), Path.of("..nowhere"));
    Files.delete(dir.resolve("a"));
    folder.write(files("a", "two"), LATER);
    assertThat(text("a")).isEqualTo("two");
    assertThat(Folders.names(dir))
        .containsExactly("..2026_01_02_03_04_06.000000000", "..data", "a");
    folder.write(files("a", "two"), LATER.plusSeconds(1));
    assertThat(text("a")).isEqualTo("two");
  }

  @Test
  void a_link_in_the_place_of_the_files_is_not_followed(@TempDir Path outside) throws IOException {
    Files.writeString(outside.resolve("precious"), "kept");
    Files.createSymbolicLink(dir.resolve("..data"), outside);
    Files.createSymbolicLink(dir.resolve("a"), outside.resolve("precious"));
    folder.write(files("a", "one"), FIRST);
    assertThat(text("a")).isEqualTo("one");
    assertThat(outside.resolve("precious")).hasContent("kept");
    assertThat(Files.isSymbolicLink(dir.resolve("a"))).isTrue();
  }

  @Test
  void a_payload_whose_path_leads_out_cannot_be_made() {
    for (String path : List.of("", "/etc/x", "../x", "a/../../x", "a//b", "..data", "./x")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> files(path, "x"))
          .withMessageStartingWith("path \"" + path + "\": must be relative");
    }
  }

  @Test
  void what_is_in_the_files_is_in_no_text() {
    assertThat(files("password", "hunter2").toString())
        .isEqualTo("files [password]")
        .doesNotContain("hunter2");
    assertThat(new PayloadFile(ByteString.copyFromUtf8("hunter2"), 0644).toString())
        .isEqualTo("7 bytes");
  }

  @Test
  void a_reader_sees_one_payload_or_the_other_and_never_half() throws Exception {
    folder.write(files("a", "0", "b", "0"), FIRST);
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 1; i < 200; i++) {
                    try {
                      folder.write(files("a", "" + i, "b", "" + i), FIRST.plusSeconds(i));
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  }
                });
    while (writer.isAlive()) {
      try {
        Path one = dir.resolve("..data").toRealPath(); // as one who opens the folder once
        assertThat(Files.readString(one.resolve("a")))
            .isEqualTo(Files.readString(one.resolve("b")));
      } catch (NoSuchFileException _) {
        // it was replaced meanwhile: as a whole
        assertThat(Files.exists(dir.resolve("a"), LinkOption.NOFOLLOW_LINKS)).isTrue();
      }
    }
    writer.join();
    assertThat(text("a")).isEqualTo("199");
  }
}
