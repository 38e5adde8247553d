export const serverVersion = "1.0.0";
