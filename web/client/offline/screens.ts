/** The screens of a visit, with the engine behind them; loaded after the start. */
import "./agree";
import "./begin";
import "./finish";
import "./needs";
import "./person";
import "./question";
import "./review";
import "./services";
