import { judgeHalf } from "./half";

judgeHalf(0);
