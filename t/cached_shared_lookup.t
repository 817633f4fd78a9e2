# Requests that need the same keys at once share one question: each key is asked for once a worker, whoever leaves; what
# is said, or that nothing is, is said to all of them.
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;

new_key('v1');
my $redis = RedisServer->new;
my $proxy = FaultProxy->new(target => $redis->port);
$proxy->only('!CLIENT');    # the connection that tells of changes is as quick as ever
my $key = "key v1 file=v1.key; cookie access_token; redis @{[ $proxy->address ]}; revocation cached max_stale=60s;";
my %realms = (app => "$key redis_timeout 5s; redis_connect_timeout 5s;",
    quick => "$key redis_timeout 400ms; redis_connect_timeout 400ms;",
    open => "$key redis_timeout 400ms; redis_connect_timeout 400ms; store_error allow;");
my ($nginx, $workers, $number);

sub start {
    ($workers) = @_;
    $nginx = Nginx->new(
        workers => $workers,
        realms => \%realms,
        server => Everywhere::server(),
        locations => join "\n", map {"location /$_ { auth_session $_; proxy_pass http://backend; }"} sort keys %realms,
    );
    my $all = Everywhere->new($nginx);
    my $known = cookie(mint({sub => 'known', jti => 'k'}));
    for my $path (map {"/$_"} sort keys %realms) {
        eventually { $all->agree('200 valid HIT', $path, $known) } 10, "$path with $workers: ready";
    }
}

# Clients of which each has sent a request, all before any answer of Redis arrives.
sub ask {
    my ($path, @cookies) = @_;
    $proxy->forget;
    $proxy->mode('delay', 1000) if $path eq '/app';
    my @clients = map { Client->connect(port => Everywhere::port($nginx)) } @cookies;
    $clients[$_]->send(Client::format_request('GET', $path, $cookies[$_])) for 0 .. $#cookies;
    return @clients;
}

# "50 x 200 valid MISS"
sub said {
    my %count;
    $count{Everywhere::answer($_->response)}++ for @_;
    $proxy->mode('pass');
    return join ', ', map {"$count{$_} x $_"} sort keys %count;
}

# Whether each of the keys was asked for, once by each worker at most.
sub asked_once {
    my ($name, @keys) = @_;
    my %asked;
    /^(?:GET|EXISTS) session:(.*)/ and $asked{$1}++ for $proxy->commands;
    delete $asked{epoch} unless grep { $_ eq 'epoch' } @keys;    # on a slow machine its proof may end meanwhile
    is_deeply [sort keys %asked], [sort @keys], "$name: the keys";
    my @often = grep { $asked{$_} > $workers } @keys;
    is_deeply \@often, [], "$name: once a worker at most";
}

sub token { my ($jti, %more) = @_; cookie(mint({sub => "u$number", jti => $jti, sid => 's', %more})) }
sub lists { my ($user, @ids) = ("{u$number}", @_); return ("stale:$user", map {"revoked:$user:$_"} @ids) }

for my $count (1, 2) {
    start($count);

    $number++;
    $redis->cli('SET', 'session:epoch', 1);
    $redis->cli('DEL', 'session:epoch');
    sleep 0.1;
    is said(ask('/app', (token('j')) x 50)), '50 x 200 valid MISS', 'one token, fifty times';
    asked_once('one token', 'epoch', lists('j', 's'));

    $number++;
    my @tokens = map { token("j$_") } 1 .. 50;
    is said(ask('/app', @tokens)), '50 x 200 valid MISS', 'fifty tokens of a session';
    asked_once('fifty tokens', lists('s', map {"j$_"} 1 .. 50));

    $number++;
    $redis->cli('SET', "session:stale:{u$number}", '*');
    is said(ask('/app', map { token("j$_") } 1 .. 50)), '50 x 401 stale MISS', 'a user who is gone';
    asked_once('who is gone', lists('s', map {"j$_"} 1 .. 50));

    $number++;
    $redis->cli('SET', "session:revoked:{u$number}:j7", 1);
    is said(ask('/app', map { token("j$_") } 1 .. 10)), '9 x 200 valid MISS, 1 x 401 revoked MISS', 'one is revoked';

    $number++;
    $redis->cli('LPUSH', "session:stale:{u$number}", 'a');
    is said(ask('/app', map { token("j$_") } 1 .. 10)), '10 x 503 store MISS', 'a mark that is none';
    is said(ask('/app', (token('j1')) x 2)), '2 x 503 store MISS', 'and stays none';

    # The first ones leave.
    for my $leave (qw(abort close)) {
        for my $gone (1, 10, 49) {
            $number++;
            my @clients = ask('/app', (token('j')) x 50);
            sleep 0.1;
            $_->$leave for splice @clients, 0, $gone;
            is said(@clients), 50 - $gone . ' x 200 valid MISS', "$gone leave by $leave";
            asked_once("$gone leave by $leave", lists('j', 's'));
        }
    }
    $number++;
    my $token = token('j');
    $_->abort for ask('/app', ($token) x 50);
    like said(ask('/app', $token)), qr/^1 x 200 valid (?:HIT|MISS)$/, 'all leave, another comes';

    # A connection that is lost under them is asked again.
    $number++;
    my @clients = ask('/app', (token('j')) x 50);
    sleep 0.1;
    $proxy->mode('pass');
    $proxy->cut;
    is said(@clients), '50 x 200 valid MISS', 'a lost connection';

    # No answer.
    for my $mode (['silent'], ['drop'], ['close'], ['garbage', "-LOADING\r\n" x 500]) {
        for my $path (qw(/quick /open)) {
            $number++;
            my @mixed = map { token('j' . int($_ / 2)) } 1 .. 50;
            $proxy->mode(@$mode);
            my $nothing = $path eq '/quick' ? '503 store' : '200 valid';
            is said(ask($path, @mixed)), "50 x $nothing MISS", "$path, $mode->[0]: no answer for anybody";
            eventually { said(ask($path, @mixed)) =~ /^50 x 200 valid \w+$/ } 10, "$path, $mode->[0]: then for all";
            eventually { said(ask($path, @mixed)) eq '50 x 200 valid HIT' } 10, "$path, $mode->[0]: which is kept";
        }
    }
    ok $nginx->quit, 'nothing is left waiting';
}

done;
