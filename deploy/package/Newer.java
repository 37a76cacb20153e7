import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Gives class files of before Java 6 the form of Java 11, in place: {@code java Newer.java JAR...}. An ahead-of-time cache takes none
 * without stack maps, and picocli's, which every command needs, are compiled for Java 5: the same code, loaded in two thirds of the time.
 */
final class Newer {
  private static final int FIRST_WITH_STACK_MAPS = 50;

  public static void main(String[] args) throws IOException {
    for (String jar : args) {
      Path out = Files.createTempFile("newer-", ".jar");
      if (rewritten(Path.of(jar), out) > 0) {
        Files.move(out, Path.of(jar), StandardCopyOption.REPLACE_EXISTING);
      } else {
        Files.delete(out);
      }
    }
  }

  /** How many classes were old. */
  private static int rewritten(Path jar, Path out) throws IOException {
    int old = 0;
    try (JarFile from = new JarFile(jar.toFile());
        URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
        OutputStream file = Files.newOutputStream(out);
        JarOutputStream to = new JarOutputStream(file)) {
      ClassFile format =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(classes)));
      for (JarEntry entry : Collections.list(from.entries())) {
        byte[] bytes;
        try (InputStream in = from.getInputStream(entry)) {
          bytes = in.readAllBytes();
        }
        if (entry.getName().endsWith(".class")) {
          ClassModel model = format.parse(bytes);
          if (model.majorVersion() < FIRST_WITH_STACK_MAPS) {
            old++;
            bytes =
                format.transformClass(
                    model,
                    ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
                        .andThen(ClassTransform.endHandler(c -> c.withVersion(ClassFile.JAVA_11_VERSION, 0))));
          }
        }
        JarEntry copy = new JarEntry(entry.getName());
        copy.setTime(0);
        to.putNextEntry(copy);
        to.write(bytes);
        to.closeEntry();
      }
    }
    return old;
  }
}
