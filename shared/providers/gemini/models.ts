/** Stable models, preferred first. https://ai.google.dev/gemini-api/docs/models */
export const DEFAULT_GEMINI_MODELS = ['gemini-3.8-flash', 'gemini-3.5-flash-lite'] as const;
