struct Mine;

impl authgate::handler::Access for Mine {
    const DECLARATION: authgate::Declaration = authgate::Declaration::Public { reason: "mine" };
}

fn main() {}
