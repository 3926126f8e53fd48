import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2022",
    lib: { entry: "src/main.ts", formats: ["es"], fileName: () => "card.js" },
    outDir: "../custom_components/bambu_batch/frontend",
    emptyOutDir: true,
    reportCompressedSize: true,
  },
});
